/**
 * How far a reader has read: `<log id>:<number>`, the number an entry's place in the organization. `-1` is before the first entry. It names its
 * log, so that one of another log is never taken for a place in this one.
 */
export interface Position {
  /** UUID. */
  readonly logId: string;
  readonly number: number;
}

const POSITION = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):(-1|0|[1-9]\d{0,15})$/;

export function formatPosition({ logId, number }: Position): string {
  return `${logId}:${number}`;
}

/** @returns undefined when it is no position. */
export function parsePosition(text: string): Position | undefined {
  const [, logId, digits] = POSITION.exec(text) ?? [];
  const number = Number(digits);
  return logId === undefined || !Number.isSafeInteger(number) ? undefined : { logId, number };
}
