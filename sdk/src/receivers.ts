/** What a type of receiver does to events that were recorded long ago. */
export interface Backfill {
  /** It takes events that are at most so old. */
  readonly hours: number;
  /** What whoever sends it older ones should know first. */
  readonly warning: string;
}

/** By the type of a stream. A type that is not here takes events of any age. */
export const BACKFILL: Readonly<Partial<Record<string, Backfill>>> = {
  datadog: { hours: 18, warning: "Datadog answers as usual to events older than 18 hours, but drops them." },
};
