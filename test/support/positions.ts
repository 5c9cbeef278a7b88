import { formatPosition, parsePosition } from "@daybook/sdk";
import type { TestServer } from "./server.ts";

/** The number of a position; the tests of this suite know what it counts. */
export function numberOf(position: string): number {
  const parsed = parsePosition(position);
  if (parsed === undefined) throw new Error(`${position} is no position`);
  return parsed.number;
}

/** The position so many further on in the same log. */
export function shifted(position: string, by: number): string {
  const parsed = parsePosition(position);
  if (parsed === undefined) throw new Error(`${position} is no position`);
  return formatPosition({ ...parsed, number: parsed.number + by });
}

/** Position `number` of the log that this one is of. */
export function sameLog(position: string, number: number): string {
  return shifted(position, number - numberOf(position));
}

/** Place `number` of the key's organization, as its readers write it. */
export async function positionAt(server: TestServer, key: string, number: number): Promise<string> {
  const answer = await server.fetch("/v1/events?limit=1", {}, key);
  return sameLog(((await answer.json()) as { indexed_through: string }).indexed_through, number);
}
