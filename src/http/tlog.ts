import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { DaybookError } from "../errors.ts";
import type { Identity } from "../identity/contract.ts";
import type { LogReader } from "../log/contract.ts";
import { parseParameters } from "../search/filters.ts";
import type { TreeReader } from "../tree/contract.ts";
import type { AccessRecord } from "./access-record.ts";
import type { Env } from "./env.ts";
import { problems } from "./problem.ts";
import { checkpointAnswer, newestCheckpoint, PRIVATE, tenantParameter } from "./proofs.ts";
import { authorizeReading } from "./reading.ts";

const TILE_WIDTH = 256;
/** An entry bundle gives each entry's length in two bytes. */
const BUNDLED_BYTES_MAX = 65_535;

/** What was signed does not change, and neither do tiles of it. */
const FOR_EVER = { ...PRIVATE, "cache-control": "private, max-age=31536000, immutable" } as const;

/**
 * `/v1/tlog/`: the organization's tree for readers of C2SP tlog-tiles. An organization's key reads it under that prefix as it is; a platform key
 * adds `?tenant_id=`. Entries are headers: what the tree commits to.
 */
export function tlogRoutes(
  app: OpenAPIHono<Env>,
  identity: Identity,
  log: LogReader,
  tree: TreeReader,
  access: AccessRecord,
): void {
  const read = async (c: Context<Env>) => {
    // Not for a viewer's token: it may be limited to some of the events, and a tree is of all.
    const principal = await identity.authenticate(c.req.raw.headers);
    const { tenant_id } = parseParameters(tenantParameter, new URL(c.req.url).searchParams);
    return authorizeReading(identity, principal, tenant_id, "audit_log.read");
  };

  app.openAPIRegistry.registerPath(checkpointDescription);
  app.get("/v1/tlog/checkpoint", async (c) => {
    const { organization } = await read(c);
    return checkpointAnswer(c, await newestCheckpoint(log, tree, organization));
  });

  app.openAPIRegistry.registerPath(entriesDescription);
  app.get("/v1/tlog/tile/entries/:tile{.+}", async (c) => {
    const reading = await read(c);
    const { organization } = reading;
    const { index, width } = parseTile(c.req.param("tile"));
    if (tree.tile(organization, 0, index, width) === undefined) throw noSuchTile();
    await access.viewed(reading, c.get("origin"), { tlog_entries: index });
    const positions = Array.from({ length: width }, (_, at) => tree.logPosition(organization, index * TILE_WIDTH + at));
    return octets(c, await entryBundle(log, positions));
  });

  app.openAPIRegistry.registerPath(tileDescription);
  app.get("/v1/tlog/tile/:level/:tile{.+}", async (c) => {
    const { organization } = await read(c);
    const { index, width } = parseTile(c.req.param("tile"));
    const level = c.req.param("level");
    const tile = /^(\d|[1-5]\d|6[0-3])$/.test(level) ? tree.tile(organization, Number(level), index, width) : undefined;
    if (tile === undefined) throw noSuchTile();
    return octets(c, tile);
  });
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

function octets(c: Context<Env>, bytes: Uint8Array): Response {
  return c.body(new Uint8Array(bytes), 200, { ...FOR_EVER, "content-type": "application/octet-stream" });
}

function noSuchTile(): DaybookError {
  return new DaybookError("not_found", "There is no such tile.");
}

const shared = { method: "get" as const, tags: ["Proofs"], security: [{ key: [] }, { session: [] }] };
const failures = problems(400, 401, 403, 404, 503);
const tilePath = z.string().meta({
  description: "Index in groups of three digits, `067` or `x001/x234/067`; `.p/<width>` for one that is not full.",
});
const level = z.string().meta({ description: "0 to 63." });
const bytes = { content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } } };

const checkpointDescription = {
  ...shared,
  path: "/v1/tlog/checkpoint",
  summary: "The newest signed checkpoint, for readers of tlog-tiles",
  request: { query: tenantParameter },
  responses: { 200: { description: "The note", content: { "text/plain": { schema: z.string() } } }, ...failures },
};

const tileDescription = {
  ...shared,
  path: "/v1/tlog/tile/{level}/{tile}",
  summary: "A tile of the tree (C2SP tlog-tiles)",
  request: { params: z.object({ level, tile: tilePath }), query: tenantParameter },
  responses: { 200: { description: "Its hashes", ...bytes }, ...failures },
};

const entriesDescription = {
  ...shared,
  path: "/v1/tlog/tile/entries/{tile}",
  summary: "The entries below a tile of level 0 (C2SP tlog-tiles)",
  description: "Headers, byte for byte, each after its length in two bytes.",
  request: { params: z.object({ tile: tilePath }), query: tenantParameter },
  responses: { 200: { description: "An entry bundle", ...bytes }, ...failures },
};
