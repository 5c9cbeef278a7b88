import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodeEntry, entryPacking } from "../event/index.ts";
import { type DeliveredEvents, type DeliveredPlace, isOfIdentity } from "../identity/index.ts";
import { errorCode, NO_BACKGROUND, openLog, segmentNames, segmentPath } from "../log/index.ts";
import type { FileCopier } from "./files.ts";

/** A segment's file can be compressed in the very moment that it is copied, and then has another name. */
const TRIES = 5;
/** What a start leaves in a log's directory beside its segments. */
const LEFT_BY_START = ["lock", "ballast", "torn"];

/** What the copy of a log holds. */
export interface CopiedLog {
  readonly logId: string;
  readonly entries: number;
  /** Changes of identity from a position on that the account does not have. */
  readonly unknown: number;
}

/** Where the newest segment begins: what is appended from now on is there or behind it. */
export function newestSegment(directory: string): number {
  return segmentNames(readdirSync(directory)).at(-1)?.firstPosition ?? 0;
}

/** Copies every segment, while a server may append to the newest and compress others. Those that are complete never change. */
export async function copySegments(files: FileCopier, from: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await copyListed(files, from);
      return;
    } catch (error) {
      if (errorCode(error) !== "ENOENT" || tries === TRIES) throw error;
    }
  }
}

async function copyListed(files: FileCopier, from: string): Promise<void> {
  const names = segmentNames(readdirSync(from));
  const wanted = new Set<string>();
  for (const [at, { firstPosition, forms }] of names.entries()) {
    // Where both forms are there, the raw one counts until it is removed.
    const form = forms.includes("raw") ? "raw" : "compressed";
    const name = segmentPath("", firstPosition, form);
    wanted.add(`log/${name}`);
    await files.copy(join(from, name), `log/${name}`, at < names.length - 1);
  }
  files.keepOnly("log", wanted);
}

/**
 * Starts the copied log as a server would: what was cut off behind the last whole batch goes, and anything else that is wrong is refused. Then
 * counts the changes of identity that the copy of identity does not know.
 *
 * @param from where a segment begins, before which nothing is looked at. @throws LogCorruption
 */
export async function openCopy(
  directory: string,
  account: DeliveredEvents | undefined,
  from: number,
): Promise<CopiedLog> {
  const log = await openLog({ directory, packing: entryPacking, ...NO_BACKGROUND });
  try {
    const unknown = account === undefined ? 0 : await countUnknown(log, account, from);
    return { logId: log.id, entries: log.end, unknown };
  } finally {
    await log.close();
    for (const name of LEFT_BY_START) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

async function countUnknown(
  log: Awaited<ReturnType<typeof openLog>>,
  account: DeliveredEvents,
  from: number,
): Promise<number> {
  const since = await account.notedSince();
  let unknown = 0;
  const { signal } = new AbortController();
  for (let position = from; position < log.end; ) {
    for await (const entries of log.follow(position, signal)) {
      const own = new Map<string, DeliveredPlace[]>();
      for (const { organization, sequence, header, body } of entries) {
        const { id, action, source, recorded_at } = decodeEntry(header, body);
        if (source.type !== "daybook" || !isOfIdentity(action) || Date.parse(recorded_at) < since) continue;
        own.set(organization, [...(own.get(organization) ?? []), { id, sequence }]);
      }
      for (const [organization, events] of own) unknown += (await account.unknown(organization, events)).length;
      position += entries.length;
      if (position >= log.end) break;
    }
  }
  return unknown;
}
