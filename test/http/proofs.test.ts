import type { Receipt } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { anEvent, type Results } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";
import { leaf, readCheckpoint, rootByInclusion, rootsByConsistency } from "../tree/stranger.ts";

const EVENTS = 600;

let server: TestServer;
let acme: string;
let globex: string;
let platform: string;
let vkey: string;
const receipts: Receipt[] = [];

beforeAll(async () => {
  server = await AppServer.start();
  acme = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  globex = await server.key(["--org", "globex", "--create", "--scopes", "events:write,events:read"]);
  platform = await server.key(["--platform", "--scopes", "events:read"]);
  vkey = ((await (await get("/v1/checkpoint/keys")).json()) as { keys: { vkey: string }[] }).keys[0]?.vkey ?? "";
  await record(acme, EVENTS);
  await record(globex, 1);
});
afterAll(() => server.remove());

const get = (path: string, key = acme) => server.fetch(path, {}, key);

async function record(key: string, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, at) => anEvent({ resource: { type: "channel", id: `c-${at}` } }));
  const response = await server.post(key, events);
  expect(response.status).toBe(201);
  if (key === acme) receipts.push(...((await response.json()) as Results).results.map((result) => result as Receipt));
}

async function header(id: string): Promise<Buffer> {
  const entry = Buffer.from(await (await get(`/v1/events/${id}/entry`)).arrayBuffer());
  return entry.subarray(0, entry.indexOf("\n"));
}

interface Inclusion {
  leaf_index: number;
  leaf_hash: string;
  tree_size: number;
  hashes: string[];
  checkpoint: string;
}

const inclusion = async (id: string) => (await (await get(`/v1/proofs/inclusion?id=${id}`)).json()) as Inclusion;
const bytes = (hashes: readonly string[]) => hashes.map((hash) => Buffer.from(hash, "hex"));

describe("a proof of inclusion", () => {
  it("leads a stranger from an event's own bytes to the signed root", async () => {
    for (const at of [0, 1, 255, 256, 511, EVENTS - 1]) {
      const { id, sequence, leaf_hash } = receipts[at] as Receipt;
      const proof = await inclusion(id);
      expect(proof).toMatchObject({ leaf_index: sequence, leaf_hash });
      const { size, root } = readCheckpoint(proof.checkpoint, vkey);
      expect(size).toBe(proof.tree_size);
      const hash = leaf(await header(id));
      expect(hash.toString("hex")).toBe(leaf_hash);
      expect(rootByInclusion(sequence, size, hash, bytes(proof.hashes))).toEqual(root);
      const other = leaf(await header(receipts[(at + 7) % EVENTS]?.id ?? ""));
      expect(rootByInclusion(sequence, size, other, bytes(proof.hashes))).not.toEqual(root);
    }
  });

  it("is there for what was recorded this moment", async () => {
    await record(acme, 1);
    const last = receipts.at(-1) as Receipt;
    const proof = await inclusion(last.id);
    expect(proof.tree_size).toBeGreaterThan(last.sequence);
  });

  it("is told apart from what does not exist, and from another organization's", async () => {
    for (const [path, status] of [
      ["/v1/proofs/inclusion?id=nothing", 404],
      ["/v1/proofs/inclusion", 400],
      [`/v1/proofs/inclusion?id=${receipts[0]?.id}&more=1`, 400],
    ] as const) {
      expect((await get(path)).status, path).toBe(status);
    }
    expect((await get(`/v1/proofs/inclusion?id=${receipts[0]?.id}`, globex)).status).toBe(404);
    expect((await get(`/v1/proofs/inclusion?id=${receipts[0]?.id}&tenant_id=acme`, globex)).status).toBe(404);
  });
});

describe("a checkpoint", () => {
  it("is a signed note that may be kept for a moment by who asked", async () => {
    const response = await get("/v1/checkpoint");
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("private, max-age=1");
    expect(response.headers.get("vary")).toBe("Authorization, Cookie");
    const { origin, size } = readCheckpoint(await response.text(), vkey);
    expect(origin).toMatch(/^daybook\/[0-9a-f-]{36}\/acme$/);
    expect(size).toBeGreaterThanOrEqual(EVENTS);
    expect(origin).toContain(receipts[0]?.log_id);
  });

  it("is of one organization: another's key gets its own, the platform's the one it names", async () => {
    const ownKeys = (await (await get("/v1/checkpoint/keys", globex)).json()) as { keys: { vkey: string }[] };
    const theirs = await (await get("/v1/checkpoint", globex)).text();
    expect(readCheckpoint(theirs, ownKeys.keys[0]?.vkey ?? "").origin).toMatch(/\/globex$/);
    expect(() => readCheckpoint(theirs, vkey)).toThrow();
    expect((await get("/v1/checkpoint", platform)).status).toBe(400);
    expect(await (await get("/v1/checkpoint?tenant_id=globex", platform)).text()).toBe(theirs);
    expect((await get("/v1/checkpoint?tenant_id=acme", globex)).status).toBe(404);
  });
});

describe("a proof of consistency", () => {
  it("leads a stranger from an older checkpoint to a newer one", async () => {
    const older = readCheckpoint((await inclusion(receipts[0]?.id ?? "")).checkpoint, vkey);
    await record(acme, 30);
    await inclusion(receipts.at(-1)?.id ?? "");
    const answer = await (await get(`/v1/proofs/consistency?from=${older.size}`)).json();
    const { from, to, hashes, checkpoint } = answer as {
      from: number;
      to: number;
      hashes: string[];
      checkpoint: string;
    };
    const newer = readCheckpoint(checkpoint, vkey);
    expect([from, to]).toEqual([older.size, newer.size]);
    const { old, now } = rootsByConsistency(from, to, older.root, bytes(hashes));
    expect([Buffer.from(old), Buffer.from(now)]).toEqual([older.root, newer.root]);
    const within = await (await get(`/v1/proofs/consistency?from=1&to=${older.size}`)).json();
    expect(within).not.toHaveProperty("checkpoint");
  });

  it.each(["", "?from=0", "?from=x", "?from=1.5", "?from=2&to=1", "?from=1&to=1000000", "?from=1&from=2", "?from="])(
    "of %j is refused",
    async (query) => {
      expect((await get(`/v1/proofs/consistency${query}`)).status).toBe(400);
    },
  );
});

describe("the tiles", () => {
  it("make the signed root, level by level, and hold the leaf hashes of the entries beside them", async () => {
    const { size, root } = readCheckpoint(await (await get("/v1/tlog/checkpoint")).text(), vkey);
    const tile = async (path: string) => {
      const response = await get(`/v1/tlog/tile/${path}`);
      expect(response.status, path).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/octet-stream");
      expect(response.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
      expect(response.headers.get("vary")).toBe("Authorization, Cookie");
      return Buffer.from(await response.arrayBuffer());
    };
    const leaves: Buffer[] = [];
    for (let index = 0; index * 256 < size; index++) {
      const width = Math.min(256, size - index * 256);
      const path = `${String(index).padStart(3, "0")}${width < 256 ? `.p/${width}` : ""}`;
      const hashes = await tile(`0/${path}`);
      const entries = await tile(`entries/${path}`);
      expect(hashes).toHaveLength(32 * width);
      let at = 0;
      for (let entry = 0; entry < width; entry++) {
        const end = at + 2 + entries.readUInt16BE(at);
        const hash = leaf(entries.subarray(at + 2, end));
        expect(hash.equals(hashes.subarray(32 * entry, 32 * entry + 32))).toBe(true);
        leaves.push(hash);
        at = end;
      }
      expect(at).toBe(entries.length);
    }
    const path = await tile(`1/000.p/${Math.floor(size / 256)}`);
    const { naiveRoot } = await import("../tree/naive.ts");
    expect(Buffer.from(naiveRoot(leaves))).toEqual(root);
    expect(Buffer.from(naiveRoot(leaves.slice(0, 256)))).toEqual(path.subarray(0, 32));
  });

  it.each([
    ...["0/003", "0/000.p/256", "0/000.p/0", "0/000.p/01", "0/0", "0/1000", "0/x000/000", "0/x001/x234/067", "1/000"],
    ...[
      "00/000",
      "64/000.p/1",
      "63/000.p/1",
      "-1/000",
      "0/000.p/",
      "0/000/",
      "0/000.p/1/2",
      "x/000",
      "entries/003",
      "entries/x",
    ],
  ])("%s is not there", async (path) => {
    expect((await get(`/v1/tlog/tile/${path}`)).status).toBe(404);
  });

  it("are of the asker's organization", async () => {
    const own = await get("/v1/tlog/tile/0/000.p/1");
    const theirs = await get("/v1/tlog/tile/0/000.p/1", globex);
    expect(Buffer.from(await own.arrayBuffer())).not.toEqual(Buffer.from(await theirs.arrayBuffer()));
    expect((await get("/v1/tlog/tile/0/000?tenant_id=acme", globex)).status).toBe(404);
    expect((await get("/v1/tlog/tile/entries/000?tenant_id=acme", globex)).status).toBe(404);
  });
});
