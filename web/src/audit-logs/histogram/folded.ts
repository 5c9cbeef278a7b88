import { storedChoice } from "../../ui/stored-choice.ts";

const histogram = storedChoice("daybook.histogram", ["open", "folded"]);

/** Whether of the events over time only the counts are shown. */
export function useHistogramFolded(): [folded: boolean, set: (folded: boolean) => void] {
  return [histogram.use() === "folded", (next) => histogram.set(next ? "folded" : "open")];
}
