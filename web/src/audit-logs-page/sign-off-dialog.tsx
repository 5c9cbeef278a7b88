import { SignOffDialog, type SignOffProps } from "../reviews/sign-off-dialog.tsx";
import { useViews } from "../saved-views/use-views.ts";

/** The dialog that signs off what the page shows, with the saved view that this is. */
export default function SignOffOfView(props: SignOffProps) {
  const { active, changed } = useViews(props.state);
  return <SignOffDialog {...props} view={changed ? undefined : active?.name} />;
}
