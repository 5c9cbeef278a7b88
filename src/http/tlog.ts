import type { Context } from "hono";
import { DaybookError } from "../errors.ts";
import type { LogReader } from "../log/index.ts";
import { TILE_WIDTH } from "../tree/index.ts";
import { readingAll } from "./allow.ts";
import { octets, text } from "./answers.ts";
import type { Env } from "./env.ts";
import { tenantParameter } from "./parameters.ts";
import type { Parts } from "./parts.ts";
import { checkpointAnswer, newestCheckpoint, PRIVATE } from "./proofs.ts";
import type { Api } from "./route.ts";

/** An entry bundle gives each entry's length in two bytes. */
const BUNDLED_BYTES_MAX = 65_535;

/** What was signed does not change, and neither do tiles of it. */
const FOR_EVER = { ...PRIVATE, "cache-control": "private, max-age=31536000, immutable" } as const;

const tile = "Index in groups of three digits, `067` or `x001/x234/067`; `.p/<width>` for one that is not full.";

const shared = {
  method: "get",
  tag: "Proofs",
  allow: readingAll("audit_log.read"),
  query: tenantParameter,
  problems: [404, 503],
} as const;

/**
 * `/v1/tlog/`: the organization's tree for readers of C2SP tlog-tiles. An organization's key reads it under that prefix as it is; a platform key
 * adds `?tenant_id=`. Entries are headers: what the tree commits to.
 */
export function tlogRoutes(
  api: Api,
  { log, tree, readingEvents }: Pick<Parts, "log" | "tree" | "readingEvents">,
): void {
  api.route(
    {
      ...shared,
      path: "/v1/tlog/checkpoint",
      summary: "The newest signed checkpoint, for readers of tlog-tiles",
      answers: { 200: text("The note") },
    },
    async ({ c, by }) => checkpointAnswer(c, await newestCheckpoint(log, tree, by.organization)),
  );
  // Before the tiles: it has their form.
  api.route(
    {
      ...shared,
      path: "/v1/tlog/tile/entries/{+tile}",
      summary: "The entries below a tile of level 0 (C2SP tlog-tiles)",
      description: "Headers, byte for byte, each after its length in two bytes.",
      params: { tile },
      answers: { 200: octets("An entry bundle") },
    },
    async ({ c, by, params }) => {
      const { organization } = by;
      const { index, width } = parseTile(params.tile);
      if (tree.tile(organization, 0, index, width) === undefined) throw noSuchTile();
      await readingEvents.viewed(by, c.get("origin"), { tlog_entries: index });
      const positions = Array.from({ length: width }, (_, at) =>
        tree.logPosition(organization, index * TILE_WIDTH + at),
      );
      return bytes(c, await entryBundle(log, positions));
    },
  );
  api.route(
    {
      ...shared,
      path: "/v1/tlog/tile/{level}/{+tile}",
      summary: "A tile of the tree (C2SP tlog-tiles)",
      params: { level: "0 to 63.", tile },
      answers: { 200: octets("Its hashes") },
    },
    async ({ c, by, params: { level, tile: path } }) => {
      const { index, width } = parseTile(path);
      const isLevel = /^(\d|[1-5]\d|6[0-3])$/.test(level);
      const found = isLevel ? tree.tile(by.organization, Number(level), index, width) : undefined;
      if (found === undefined) throw noSuchTile();
      return bytes(c, found);
    },
  );
}

/** `x001/x234/067` is tile 1234067; `.p/5` asks for its first 5 hashes. @throws DaybookError `not_found` for any other form. */
function parseTile(path: string): { index: number; width: number } {
  const [, digits, partial] = /^((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? [];
  const index = Number(digits?.replaceAll(/[x/]/g, ""));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const valid =
    Number.isSafeInteger(index) && !digits?.startsWith("x000") && (partial === undefined || width < TILE_WIDTH);
  if (!valid) throw noSuchTile();
  return { index, width };
}

/** Each entry's header after its length (big-endian, 16 bits). */
async function entryBundle(log: LogReader, positions: readonly number[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (const position of positions) {
    const { header, sequence } = await log.entry(position);
    if (header.length > BUNDLED_BYTES_MAX) {
      throw new DaybookError(
        "not_found",
        `The header of entry ${sequence} takes ${header.length} bytes, more than a bundle can hold. GET /v1/events/{id}/entry has it.`,
      );
    }
    const length = Buffer.alloc(2);
    length.writeUInt16BE(header.length);
    parts.push(length, header);
  }
  return Buffer.concat(parts);
}

function bytes(c: Context<Env>, bytes: Uint8Array): Response {
  return c.body(new Uint8Array(bytes), 200, { ...FOR_EVER, "content-type": "application/octet-stream" });
}

function noSuchTile(): DaybookError {
  return new DaybookError("not_found", "There is no such tile.");
}
