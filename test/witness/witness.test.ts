import { rmSync } from "node:fs";
import { verifyCosignature } from "@daybook/sdk/cosignature";
import { hashing } from "@daybook/sdk/merkle";
import { COSIGNATURE_V1, formatCheckpoint, formatNote, parseNote, parseVerifierKey } from "@daybook/sdk/note";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256, verifyEd25519 } from "../../src/crypto.ts";
import { LogLocked } from "../../src/log/errors.ts";
import {
  type Answer,
  formatSubmission,
  parseSubmission,
  Witness,
  witnessedLog,
} from "../../src/witness/add-checkpoint.ts";
import { WitnessKey } from "../../src/witness/witness-key.ts";
import { WitnessStore } from "../../src/witness/witness-store.ts";
import { ORIGIN, TestKey } from "../bundle/fixture.ts";
import { temporaryDirectory } from "../support/server.ts";
import { naiveConsistency, naiveRoot, someLeaves } from "../tree/naive.ts";

const LEAVES = someLeaves(40);
/** The same log up to its tenth entry, another one from there on. */
const FORK = LEAVES.map((leaf, at) => (at < 10 ? leaf : sha256(leaf)));
const LOG = new TestKey(ORIGIN);
const NOW = 1_772_500_000_000;

let directory: string;
let store: WitnessStore;
let witness: Witness;
let key: WitnessKey;

function open(): void {
  store = WitnessStore.open(directory);
  key = WitnessKey.open(directory, "witness.example/w1");
  witness = new Witness(key, store, [witnessedLog(hashing(parseVerifierKey(LOG.vkey), sha256))], () => NOW);
}

beforeEach(() => {
  directory = temporaryDirectory();
  open();
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

interface Sent {
  leaves?: readonly Uint8Array[];
  by?: TestKey;
  origin?: string;
  proof?: readonly Uint8Array[];
}

function submission(
  oldSize: number,
  size: number,
  { leaves = LEAVES, by = LOG, origin = by.name, proof }: Sent = {},
): string {
  const text = formatCheckpoint({ origin, size, root: naiveRoot(leaves.slice(0, size)) });
  const between = oldSize === 0 || oldSize >= size ? [] : naiveConsistency(oldSize, leaves.slice(0, size));
  return formatSubmission({ oldSize, proof: proof ?? between, note: formatNote(text, [by.sign(text)]) });
}

const add = (...sent: Parameters<typeof submission>): Promise<Answer> => witness.addCheckpoint(submission(...sent));

describe("a witness", () => {
  it("cosigns a log that grows, and says when", async () => {
    for (const [from, to] of [
      [0, 5],
      [5, 5],
      [5, 16],
      [16, 40],
    ] as const) {
      const { status, body } = await add(from, to);
      expect(status).toBe(200);
      const { text, signatures } = parseNote(
        `${formatCheckpoint({ origin: ORIGIN, size: to, root: naiveRoot(LEAVES.slice(0, to)) })}\n${body}`,
      );
      expect(signatures).toHaveLength(1);
      const signature = signatures[0]?.signature ?? new Uint8Array();
      expect(await verifyCosignature(text, signature, key.verifierKey, verifyEd25519)).toBe(NOW / 1000);
      expect(await verifyCosignature(text.replace("acme", "evil"), signature, key.verifierKey, verifyEd25519)).toBe(
        undefined,
      );
    }
    expect(key.vkey).toBe(`witness.example/w1+${key.vkey.split("+")[1]}+${key.vkey.split("+").slice(2).join("+")}`);
    expect(key.verifierKey.type).toBe(COSIGNATURE_V1);
  });

  it("answers a size that is not the last it has cosigned with 409 and that one, whatever else is wrong", async () => {
    expect(await add(3, 10)).toEqual({ status: 409, type: "text/x.tlog.size", body: "0\n" });
    expect((await add(0, 20)).status).toBe(200);
    for (const old of [0, 10, 15])
      expect(await add(old, 30)).toEqual({ status: 409, type: "text/x.tlog.size", body: "20\n" });
    // A copy of the log from before.
    expect(await add(12, 12)).toEqual({ status: 409, type: "text/x.tlog.size", body: "20\n" });
  });

  it("refuses a log that was rewritten", async () => {
    expect((await add(0, 20)).status).toBe(200);
    expect(await add(20, 30, { leaves: FORK })).toMatchObject({ status: 422 });
    expect(await add(20, 20, { leaves: FORK })).toEqual({ status: 409, type: "text/x.tlog.size", body: "20\n" });
    expect(await add(20, 30, { proof: [] })).toMatchObject({ status: 422 });
    expect(await add(20, 30, { proof: naiveConsistency(19, LEAVES.slice(0, 30)) })).toMatchObject({ status: 422 });
    expect((await add(20, 30)).status).toBe(200);
  });

  it("knows a log's every organization by one key, and no other log", async () => {
    const prefix = ORIGIN.slice(0, ORIGIN.lastIndexOf("/") + 1);
    expect(await add(0, 5, { by: new TestKey("daybook/another/acme") })).toMatchObject({ status: 404 });
    expect(await add(0, 5, { origin: `${prefix}a/b` })).toMatchObject({ status: 404 });
    expect(await add(0, 5, { by: new TestKey(ORIGIN) })).toMatchObject({ status: 403 });
    expect(await add(0, 5, { origin: `${prefix}globex` })).toMatchObject({ status: 403 });
    const globex = LOG.as(`${prefix}globex`);
    expect(await add(0, 5, { by: globex })).toMatchObject({ status: 200 });
    // Of its own size, apart from that of others.
    expect(await add(0, 7)).toMatchObject({ status: 200 });
  });

  it("refuses what is malformed", async () => {
    const sound = submission(0, 5);
    for (const body of [
      "",
      "old 0\n",
      sound.replace("old 0", "old 00"),
      sound.replace("old 0", "old -1"),
      sound.replace("old 0\n", "old 0\nAA==\n"),
      sound.replace("old 0\n", `old 0\n${"A".repeat(43)}=\n`.repeat(1) + `${"A".repeat(43)}=\n`.repeat(63)),
      sound.replace("\n5\n", "\n5x\n"),
      sound.slice(0, -40),
    ]) {
      expect(await witness.addCheckpoint(body), body).toMatchObject({ status: 400 });
    }
    expect(await add(6, 5)).toMatchObject({ status: 400 });
    expect(await add(0, 5, { proof: [sha256(new Uint8Array())] })).toMatchObject({ status: 422 });
    expect(parseSubmission(sound)).toMatchObject({ oldSize: 0, proof: [] });
  });

  it("lets one of two requests for the same size pass", async () => {
    expect((await add(0, 5)).status).toBe(200);
    const both = await Promise.all([add(5, 20), add(5, 30)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("remembers, and keeps its key, when it is started again; its directory is its own", async () => {
    expect((await add(0, 20)).status).toBe(200);
    const { vkey } = key;
    expect(() => WitnessStore.open(directory)).toThrow(LogLocked);
    store.close();
    open();
    expect(key.vkey).toBe(vkey);
    expect(await add(10, 15)).toMatchObject({ status: 409, body: "20\n" });
  });
});
