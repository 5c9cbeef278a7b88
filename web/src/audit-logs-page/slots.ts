import type { Slots } from "../audit-logs/slots.ts";
import { onboarding } from "../onboarding/feature.ts";
import { reviews } from "../reviews/feature.ts";
import { savedViews } from "../saved-views/feature.ts";
import { lazyOverlay } from "../shell/lazy-part.tsx";
import { startingPoints } from "../starting-points/feature.ts";
import { NextStep, SigningOff } from "./joined.tsx";

/**
 * Everything that other rooms add to the audit logs; each shows itself only to whom it is for. No feature knows another one: where one shows
 * something of another, a file here joins the two.
 */
export const SLOTS: Slots = {
  features: [{ ...startingPoints, Panel: NextStep }, savedViews, { ...reviews, Overlay: SigningOff }, onboarding],
  Palette: lazyOverlay(() => import("./palette.tsx")),
};
