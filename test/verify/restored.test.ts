import type { Checkpoint } from "@daybook/sdk/note";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CheckpointStore } from "../../src/tree/checkpoint-store.ts";
import { checkpointOrigin } from "../../src/tree/signer.ts";
import { SigningKeys } from "../../src/tree/signing-keys.ts";
import { recordSuccession } from "../../src/tree/succession.ts";
import { DataDirectory } from "./fixture.ts";

const EARLIER = "00000000-0000-4000-8000-000000000000";
const data = new DataDirectory();
/** What somebody kept of the log as it was before. */
let kept: Checkpoint;
let origin: string;

/** A log that was restored with all that was signed of it. */
beforeAll(async () => {
  await data.fill({ entries: 30, organizations: ["acme"], rounds: 1, segmentBytes: 1024 * 1024, search: false });
  const store = CheckpointStore.open(data.at("checkpoints"), data.logId);
  const newest = store.latest("acme");
  store.close();
  if (newest === undefined) throw new Error("nothing was signed");
  kept = { origin: checkpointOrigin(EARLIER, "acme"), size: newest.size, root: newest.root };
  origin = checkpointOrigin(data.logId, "acme");
  await recordSuccession({
    checkpointDirectory: data.at("checkpoints"),
    keys: SigningKeys.open(data.at("keys"), 0),
    logId: data.logId,
    earlierLogId: EARLIER,
    sizes: new Map([["acme", newest.size]]),
    root: () => newest.root,
    now: Date.UTC(2026, 10, 27),
  });
});
afterAll(() => data.remove());

const verify = (checkpoint: Checkpoint) => data.verify({ witnesses: [], kept: [checkpoint] });
const linked = () => `“${origin} continues ${kept.origin} ${kept.size} `;

it("matches a checkpoint from before the restore, and says so with the signed statement", async () => {
  const { findings, report } = await verify(kept);
  expect([findings, report.grade]).toEqual([[], "kept"]);
  for (const part of ["before the restore of 2026-11-27T00:00:00.000Z", linked(), "signed by this log's keys"]) {
    expect(report.notes.join()).toContain(part);
  }
});

it("differs from one whose root is another", async () => {
  const { findings } = await verify({ ...kept, root: Buffer.alloc(32, 7) });
  expect(findings).toMatchObject([
    { kind: "kept_differs", message: expect.stringContaining("are not those of the checkpoint you kept") },
  ]);
});

it("says which entries are gone that were signed before the restore", async () => {
  const { findings } = await verify({ ...kept, size: kept.size + 5 });
  expect(findings.map(({ kind }) => kind)).toEqual(["kept_differs"]);
  for (const part of [`${kept.origin}, with`, origin, `first ${kept.size}: 5 are gone`, linked()]) {
    expect(findings[0]?.message).toContain(part);
  }
});
