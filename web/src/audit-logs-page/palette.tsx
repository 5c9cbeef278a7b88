import { Palette, type PaletteProps } from "../audit-logs/commands/palette.tsx";
import { useReviewCommands } from "../reviews/use-review-commands.ts";
import { useViewCommands } from "../saved-views/use-view-commands.ts";
import { usePlaceCommands } from "./use-place-commands.ts";

/** The palette with the commands of every feature, and the ways to other pages. */
export default function ConsolePalette(props: PaletteProps) {
  const views = useViewCommands(props.tools);
  const reviews = useReviewCommands(props.tools);
  const places = usePlaceCommands();
  return <Palette {...props} more={[views, reviews, places]} />;
}
