import { useSignOffStep } from "../reviews/use-sign-off-step.ts";
import { PeriodPanel, type PeriodProps } from "../starting-points/period-panel.tsx";

/** The steps of reviewing a period, with the one that signs it off. */
export default function Period(props: PeriodProps) {
  return <PeriodPanel {...props} signOff={useSignOffStep(props.tools)} />;
}
