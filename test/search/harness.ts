import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { FairTurns } from "../../src/admission/fair-turns.ts";
import { parseParameters } from "../../src/http/parameters.ts";
import type { LogReader } from "../../src/log/contract.ts";
import { pageParameters, type SelectionParameters } from "../../src/query/parameters.ts";
import type { Query } from "../../src/query/query.ts";
import { authorizedTenant } from "../../src/query/tenant.ts";
import { type ResolvedPage, resolvePage } from "../../src/read/cursor.ts";
import type { ExportOptions } from "../../src/read/export.ts";
import { inThisThread } from "../../src/read/formatter.ts";
import { pageItems } from "../../src/read/page.ts";
import type { ReaderParts } from "../../src/read/parts.ts";
import { Reader } from "../../src/read/reader.ts";
import { ReaderPositions } from "../../src/read/reader-positions.ts";
import type { Keyset } from "../../src/search/contract.ts";
import { openSearch, type SearchNotice, type SearchOptions, type StoreLocation } from "../../src/search/search.ts";
import { ClickHouseFront } from "./clickhouse-front.ts";
import { ClusterFront } from "./cluster-front.ts";
import type { MemoryLog } from "./memory-log.ts";

/** Where a suite keeps its search: the same suite runs on both kinds. */
export interface Backend {
  readonly location: StoreLocation;
  /** A server that can be stopped and started; undefined for an embedded engine. */
  readonly front: ClickHouseFront | undefined;
  close(): Promise<void>;
}

/** What a failed test left open: one engine a process, so it would fail all that follow. */
const open = new Set<{ close(): Promise<void> }>();

async function closeLeftOpen(): Promise<void> {
  for (const left of open) await left.close().catch(() => undefined);
}

/** Removes the directory at the end. */
export function temporaryDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "daybook-search-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function embedded(): Promise<Backend> {
  const directory = temporaryDirectory();
  return {
    location: { directory: directory.path },
    front: undefined,
    close: async () => {
      await closeLeftOpen();
      directory.remove();
    },
  };
}

export function server(): Promise<Backend> {
  return behind((directory) => new ClickHouseFront(directory));
}

export async function cluster(): Promise<Backend & { front: ClusterFront }> {
  const backend = await behind((directory) => new ClusterFront(directory));
  return { ...backend, location: { clickhouseUrl: backend.front.url, cluster: backend.front.cluster } };
}

async function behind<Front extends ClickHouseFront>(
  open: (directory: string) => Front,
): Promise<Backend & { front: Front }> {
  const directory = temporaryDirectory();
  const front = open(directory.path);
  await front.start();
  return {
    location: { clickhouseUrl: front.url },
    front,
    async close() {
      await closeLeftOpen();
      await front.close();
      directory.remove();
    },
  };
}

export type FollowOptions = NonNullable<SearchOptions["indexer"]> & Pick<SearchOptions, "term">;

/** Opens search on a log and follows it until closed. */
export async function following(backend: Backend, log: LogReader, { term, ...options }: FollowOptions = {}) {
  const notices: SearchNotice[] = [];
  const search = await openSearch({
    location: backend.location,
    logId: log.id,
    // What is reported of the engine's process has tests of its own.
    notice: (notice) => {
      if (!notice.type.startsWith("engine_")) notices.push(notice);
    },
    ...(term && { term }),
    indexer: { lingerMs: 5, spacingMs: 5, unreadMs: 5, retryMinMs: 10, retryMaxMs: 50, ...options },
  });
  const stop = new AbortController();
  const followed = search.follow(log, stop.signal);
  // Its own failure is reported by `close`.
  followed.catch(() => undefined);
  const parts = {
    search,
    log,
    tree: NO_TREE,
    formatter: inThisThread,
    turns: new FairTurns(),
    onDamage: (organization, place, damage) => {
      throw new Error(`entry ${place.sequence} of ${organization} is damaged: ${damage}`);
    },
  } satisfies ReaderParts;
  const reader = new Reader(parts);
  const opened = {
    search,
    parts,
    reader,
    notices,
    /** Resolves once everything the log holds now is searchable. */
    async caughtUp() {
      const { end } = log;
      await vi.waitFor(
        async () => {
          if (!search.ready || search.position < end)
            throw new Error(`search is at ${search.position} of ${end}: ${JSON.stringify(search.state)}`);
        },
        { timeout: 90_000, interval: 5 },
      );
    },
    async close() {
      open.delete(opened);
      stop.abort();
      await followed.finally(() => search.close());
    },
  };
  open.add(opened);
  return opened;
}

export type Following = Awaited<ReturnType<typeof following>>;

/** Every entry of a log in memory has its leaf hash beside it. */
const NO_TREE = {
  size: () => 0,
  tile: () => undefined,
  logPosition: (): number => {
    throw new Error("there is no tree");
  },
};

export const NOW = Date.UTC(2026, 10, 22);

/** A request's query string, resolved as the API does it. */
export function request(
  organization: string,
  search: string | URLSearchParams,
  at: { log: MemoryLog; position?: number; within?: SelectionParameters },
): ResolvedPage & { limit: number } {
  const { log, within, position = log.end } = at;
  const parameters = parseParameters(pageParameters, new URLSearchParams(search));
  const tenant = authorizedTenant(organization);
  const reached = { position, size: () => 0 };
  const positions = new ReaderPositions({ by: "position", tenant }, { log, search: reached, tree: NO_TREE });
  const resolved = resolvePage(parameters, { tenant, within, positions, now: NOW });
  return { ...resolved, limit: parameters.limit ?? 50 };
}

/** A page, whole. */
export async function pageOf({ parts }: Pick<Following, "parts">, query: Query, limit: number, after?: Keyset) {
  const items: string[] = [];
  const page = pageItems(parts, query, limit, after, false);
  for (let next = await page.next(); ; next = await page.next()) {
    if (next.done) return { items, ...next.value };
    items.push(...next.value);
  }
}

export async function exported(
  { reader }: Following,
  query: ResolvedPage["query"],
  options: ExportOptions,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of reader.export(query, options, new AbortController().signal)) chunks.push(chunk.bytes);
  return Buffer.concat(chunks).toString("utf8");
}
