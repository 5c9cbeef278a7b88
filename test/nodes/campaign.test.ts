import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeId, entryPacking } from "../../src/event/index.ts";
import { inspectLog, nameFailures, realDisk } from "../../src/log/index.ts";
import { campaign } from "../log/campaign.ts";
import { Random } from "../log/random.ts";
import { temporaryDirectory } from "../support/server.ts";
import { Namespace } from "./namespace.ts";
import { NodeProcess, type Receipt } from "./node-process.ts";
import { LossyProxy } from "./proxy.ts";
import { ReplicatedPostgres } from "./replicated-postgres.ts";
import { until } from "./test-node.ts";

/** How often each fault is tried. */
const COUNTS = {
  "kill -9 of the leader": campaign("DAYBOOK_NODE_KILLS", 1, 200),
  "SIGSTOP of the leader": campaign("DAYBOOK_NODE_STOPS", 1, 20),
  "partition of the leader from PostgreSQL": campaign("DAYBOOK_NODE_PARTITIONS", 1, 50),
  "crash of PostgreSQL": campaign("DAYBOOK_POSTGRES_CRASHES", 1, 25),
  "failover of PostgreSQL to its synchronous standby": campaign("DAYBOOK_POSTGRES_FAILOVERS", 1, 50),
};
type Fault = keyof typeof COUNTS;

const NODES = 2;
const ORGANIZATIONS = ["acme", "globex", "initech"];

type Entry = Omit<Receipt, "duplicate">;

interface Place {
  readonly dataDir: string;
  /** Undefined where this account cannot create one: then the proxy ends connections, and opens none. */
  readonly namespace: Namespace | undefined;
  readonly proxy: LossyProxy;
}

interface Member extends Place {
  process: NodeProcess;
}

const postgres = await ReplicatedPostgres.start();
const root = temporaryDirectory();
const keys = join(root, "signing.json");
const members: Member[] = [];
/** By id: what was acknowledged. */
const receipts = new Map<string, Receipt>();
const contradictions: string[] = [];
const random = new Random(20261127);
/** Who recorded something last. */
let leader: Member | undefined;
let sent = 0;
let loadEnds = false;

const startMember = ({ dataDir, namespace, proxy }: Place) =>
  NodeProcess.start(dataDir, proxy.url("postgresql://daybook@/postgres"), keys, namespace?.runner);

beforeAll(async () => {
  if (postgres === undefined) return;
  for (let at = 0; at < NODES; at++) {
    const dataDir = join(root, `node-${at}`);
    mkdirSync(dataDir);
    const namespace = Namespace.create();
    const proxy = await LossyProxy.start(postgres.url, namespace?.host);
    const place = { dataDir, namespace, proxy };
    members.push({ ...place, process: await startMember(place) });
  }
});

afterAll(async () => {
  for (const { process, proxy, namespace } of members) {
    if (process.lives) await process.kill();
    await proxy.stop();
    namespace?.remove();
  }
  await postgres?.stop();
  rmSync(root, { recursive: true, force: true });
});

/** Records events one after the other, each until it is acknowledged, at whichever node takes it. */
async function client(): Promise<void> {
  while (!loadEnds) {
    let ids = Array.from({ length: 1 + random.integer(8) }, () => {
      return `${ORGANIZATIONS[random.integer(ORGANIZATIONS.length)]}-${++sent}`;
    });
    while (ids.length > 0) {
      const member = members[random.integer(members.length)] as Member;
      for (const receipt of member.process.lives ? await member.process.record(ids) : []) {
        const before = receipts.get(receipt.id);
        if (before !== undefined && (before.sequence !== receipt.sequence || before.leaf_hash !== receipt.leaf_hash)) {
          contradictions.push(receipt.id);
        }
        receipts.set(receipt.id, receipt);
        if (!receipt.duplicate) leader = member;
      }
      ids = ids.filter((id) => !receipts.has(id));
      if (ids.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Waits until something more was acknowledged. @returns who recorded it. @throws what a node said that ended by itself. */
async function acknowledged(by: (member: Member) => boolean = () => true): Promise<Member> {
  const before = receipts.size;
  let member: Member | undefined;
  leader = undefined;
  await until(() => {
    const failure = members.map(({ process }) => process.failure).find((said) => said !== undefined);
    if (failure !== undefined) throw new Error(`a node ended by itself: ${failure}`);
    member = leader;
    return receipts.size > before && member !== undefined && by(member);
  });
  return member as unknown as Member;
}

/** A node that was stopped can answer late for what it recorded before: whoever records twice in a row leads. */
async function whoLeads(): Promise<Member> {
  for (;;) {
    const first = await acknowledged();
    if (first === (await acknowledged())) return first;
  }
}

function cutOff({ namespace, proxy }: Place): void {
  if (namespace !== undefined) namespace.cut();
  else {
    proxy.questions = "lost";
    proxy.answers = "lost";
    proxy.cut();
  }
}

/** How often all of this was stopped from outside, for another measurement: what lasts meanwhile was not timed. */
let stops = 0;
let seenAt = performance.now();
const watch = setInterval(() => {
  if (performance.now() - seenAt > 3_000) stops++;
  seenAt = performance.now();
}, 100).unref();
afterAll(() => clearInterval(watch));

/** @returns how long it took until something was recorded again; undefined where that was not timed. */
async function suffer(fault: Fault, time: number): Promise<number | undefined> {
  const hit = await whoLeads();
  const stopsBefore = stops;
  const began = performance.now();
  if (fault === "kill -9 of the leader") await hit.process.kill();
  else if (fault === "SIGSTOP of the leader") hit.process.signal("SIGSTOP");
  else if (fault === "partition of the leader from PostgreSQL") cutOff(hit);
  else if (fault === "crash of PostgreSQL") await postgres?.crash();
  else {
    await postgres?.failOver(() => {
      for (const { proxy } of members) proxy.leadTo(postgres.url);
    });
  }
  const ofOther = ["kill -9 of the leader", "SIGSTOP of the leader", "partition of the leader from PostgreSQL"];
  await acknowledged((member) => !ofOther.includes(fault) || member !== hit);
  const recovered = performance.now() - began;
  // Whoever watches has its turn before it is asked.
  await new Promise((resolve) => setTimeout(resolve, 200));
  hit.namespace?.join();
  hit.proxy.questions = "open";
  hit.proxy.answers = "open";
  if (hit.process.lives) hit.process.signal("SIGCONT");
  else {
    // Every third one comes back with nothing.
    if (time % 3 === 2) rmSync(hit.dataDir, { recursive: true });
    hit.process = await startMember(hit);
  }
  return stops === stopsBefore ? recovered : undefined;
}

/** What a node's log holds: the id of each entry, with its sequence and leaf hash, in order. */
async function entriesOf(dataDir: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  const inspected = inspectLog(nameFailures(realDisk), join(dataDir, "log"), { packing: entryPacking });
  for await (const found of inspected) {
    expect(found.kind).toBe("batch");
    if (found.kind !== "batch") continue;
    for (const { header, sequence, leafHash } of found.records) {
      entries.push({ id: decodeId(header), sequence, leaf_hash: leafHash.toString("hex") });
    }
  }
  return entries;
}

describe.skipIf(postgres === undefined)("nodes under load", () => {
  test("lose and double nothing, and hold one history, whatever fails", { timeout: 4 * 3_600_000 }, async () => {
    const clients = [client(), client(), client()];
    try {
      for (const [fault, count] of Object.entries(COUNTS) as [Fault, number][]) {
        const recovered: number[] = [];
        for (let time = 0; time < count; time++) {
          const ms = await suffer(fault, time);
          if (ms !== undefined) recovered.push(ms);
        }
        recovered.sort((a, b) => a - b);
        const seconds = (ms: number | undefined) => ((ms ?? 0) / 1000).toFixed(1);
        process.stdout.write(
          `${fault} × ${count}: recovered in ${seconds(recovered[recovered.length >> 1])} s, ${seconds(recovered.at(-1))} s at most; ${recovered.length} timed\n`,
        );
      }
    } finally {
      loadEnds = true;
    }
    await Promise.all(clients);
    for (const { process } of members) await process.stop();

    const logs = await Promise.all(members.map(({ dataDir }) => entriesOf(dataDir)));
    const [longest = []] = logs.sort((a, b) => b.length - a.length);
    for (const log of logs) expect(log).toEqual(longest.slice(0, log.length));
    const byId = new Map(longest.map((entry) => [entry.id, entry]));
    const lost = [...receipts.values()].filter(({ id, sequence, leaf_hash }) => {
      const entry = byId.get(id);
      return entry?.sequence !== sequence || entry.leaf_hash !== leaf_hash;
    });
    expect(lost).toEqual([]);
    expect(contradictions).toEqual([]);
    expect(longest.length).toBe(byId.size);
    expect(longest.length).toBe(receipts.size);
    expect(members.map(({ process }) => process.integrity)).toEqual(members.map(() => "ok"));
    process.stdout.write(`${receipts.size} acknowledged, 0 lost, 0 doubled, one history\n`);
  });
});
