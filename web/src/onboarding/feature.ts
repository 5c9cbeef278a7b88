import type { Feature } from "../audit-logs/slots.ts";
import { FirstStepsPart } from "./first-steps-part.tsx";

/** The way to the first event. */
export const onboarding: Feature = { name: "onboarding", Panel: FirstStepsPart };
