import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/server.ts";
import { encodeEntry } from "../event/codec.ts";
import { Ids } from "../ids/ids.ts";
import { NO_BACKGROUND, openLog } from "../log/log.ts";
import type { Finding } from "./contract.ts";
import { IdsCheck } from "./ids.ts";

const directory = temporaryDirectory();
afterAll(() => rmSync(directory, { recursive: true }));

/** Records events with these ids, whatever ids were used, and has the index read them. @returns what a check finds. */
async function found(
  name: string,
  recorded: readonly string[],
  hidden: readonly string[] = [],
): Promise<{ findings: Finding[]; notes: readonly string[] }> {
  const log = await openLog({ ...NO_BACKGROUND, directory: join(directory, name, "log") });
  const event = { action: "a", actor: { type: "user" as const }, resource: { type: "r" } };
  const encode = (id: string) => (sequence: number, recordedAt: number) =>
    encodeEntry(event, { id, organization: "acme", source: { type: "import" }, sequence, recordedAt });
  await Promise.all(log.append(recorded.map((id) => ({ organization: "acme", encode: encode(id) }))));
  const ids = Ids.open(join(directory, name, "ids"), log, { tailMax: 2 });
  const leave = new AbortController();
  const following = ids.follow(log, leave.signal);
  await ids.reached(log.end);
  const findings: Finding[] = [];
  const index = {
    position: ids.position,
    complete: ids.complete,
    candidates: (organization: string, id: string) => (hidden.includes(id) ? [] : ids.candidates(organization, id)),
  };
  const check = new IdsCheck({ ids: index, log }, (finding) => findings.push(finding));
  for (const [position, id] of recorded.entries()) {
    await check.take({ organization: "acme", sequence: position, position, id });
  }
  leave.abort();
  await following;
  await ids.close();
  await log.close();
  return { findings, notes: check.notes };
}

it("finds nothing where each id is in the index once", async () => {
  expect(await found("sound", ["a", "b", "c", "d", "e"])).toEqual({ findings: [], notes: [] });
});

it("finds an id that was recorded twice, near the first one and far from it", async () => {
  const { findings } = await found("twice", ["a", "a", "b", "c", "d", "b"]);
  expect(findings).toMatchObject([
    { part: "ids", kind: "id_twice", sequence: 1, id: "a" },
    { part: "ids", kind: "id_twice", sequence: 5, id: "b" },
  ]);
  expect(findings[1]?.message).toContain("Entries 2 and 5 of acme");
});

it("finds an id that the index does not have", async () => {
  const { findings } = await found("missing", ["a", "b", "c"], ["b"]);
  expect(findings).toMatchObject([{ part: "ids", kind: "id_missing", sequence: 1, id: "b" }]);
});

it("judges nothing by an index of which a part is damaged", async () => {
  const ids = { position: 1, complete: false, candidates: () => [] };
  const findings: Finding[] = [];
  const entry = async () => {
    throw new Error("not to be read");
  };
  const check = new IdsCheck({ ids, log: { entry } }, (finding) => findings.push(finding));
  await check.take({ organization: "acme", sequence: 0, position: 0, id: "a" });
  expect(findings).toEqual([]);
  expect(check.notes).toHaveLength(1);
});
