import type { Slots } from "../../audit-logs/slots.ts";
import { onboarding } from "../../onboarding/feature.ts";
import { reviews } from "../../reviews/feature.ts";
import { savedViews } from "../../saved-views/feature.ts";
import { lazyOverlay } from "../../shell/lazy-part.tsx";
import { startingPoints } from "../../starting-points/feature.ts";

/** Everything that other rooms add to the audit logs; each shows itself only to whom it is for. */
export const SLOTS: Slots = {
  features: [startingPoints, savedViews, reviews, onboarding],
  Palette: lazyOverlay(() => import("./palette.tsx")),
};
