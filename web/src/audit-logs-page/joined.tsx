import type { SlotProps } from "../audit-logs/slots.ts";
import { SignOff } from "../reviews/in-page.tsx";
import { lazyOverlay, lazyPart } from "../shell/lazy-part.tsx";
import { StartingPointPanel } from "../starting-points/in-page.tsx";

const Period = lazyPart(() => import("./period.tsx"));
const SignOffDialog = lazyOverlay(() => import("./sign-off-dialog.tsx"));

/** The next step of a starting point: one step of reviewing a period is to sign it off. */
export function NextStep(props: SlotProps) {
  return <StartingPointPanel {...props} Period={Period} />;
}

/** Signing off what the page shows: the review names the saved view. */
export function SigningOff(props: SlotProps) {
  return <SignOff {...props} Dialog={SignOffDialog} />;
}
