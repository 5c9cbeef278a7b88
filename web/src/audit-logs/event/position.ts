import { parsePosition } from "@daybook/sdk";
import { countNumber } from "../../text/count-text.ts";

/** The number of a position, for people: `41,999`. Which log it counts, the rest of the page says. */
export function positionText(position: string): string {
  const parsed = parsePosition(position);
  return parsed === undefined ? position : countNumber(parsed.number);
}
