import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFailed, onTestFinished, test } from "vitest";
import { Random } from "../../src/demo/random.ts";
import { decodeEntry, eventJson } from "../../src/event/codec.ts";
import { entryPacking } from "../../src/event/entry-packing.ts";
import { openLog } from "../../src/log/log.ts";
import { numberOf } from "../support/positions.ts";
import { temporaryDirectory } from "../support/server.ts";
import { Book, type Booked } from "./book.ts";
import { Campaign, ORGANIZATIONS } from "./campaign.ts";
import { ReadBack } from "./read-back.ts";

const LONG = process.env.DAYBOOK_TEST_LONG === "1";
/** Times that the server is killed. */
const LOOPS = Number(process.env.DAYBOOK_KILL_LOOPS ?? (LONG ? 1_000 : 15));
/**
 * Kills of one server's data. Then everything is compared, and the next ones hit an empty directory: a server that is killed every few
 * seconds never lives long enough to remove parts that its search has merged, so that each start takes longer than the one before.
 */
const KILLS_EACH = 100;
/** Everything that is known is compared with the whole export this often, not after every kill: it grows. */
const EXPORTS_EACH = 5;
/** Entries that are read one by one after a kill; all of them are at the end. */
const ENTRIES_EACH = 50;
const RETRIES_MAX = 500;

test("kill -9 in mid-write loses nothing that was acknowledged and doubles nothing that is retried", {
  timeout: 120_000 + LOOPS * 20_000,
}, async () => {
  for (let killed = 0; killed < LOOPS; killed += KILLS_EACH)
    await killAgainAndAgain(Math.min(KILLS_EACH, LOOPS - killed));
});

/** @param times that a server is killed in mid-write, on one data directory, before all that it holds is compared with all that is known. */
async function killAgainAndAgain(times: number) {
  const directory = temporaryDirectory();
  const book = new Book(join(directory, "journal.ndjson"));
  const campaign = await Campaign.begin(book, new Random(Date.now()));
  onTestFailed(() => {
    process.stdout.write(`kept for a look: ${directory}/journal.ndjson and ${campaign.server.dataDir}\n`);
  });
  onTestFinished(async () => {
    await campaign.server.stop("SIGKILL");
  });
  let unanswered = 0;
  let tornTails = 0;
  let audited = 0;
  for (let kills = 0; kills < times; ) {
    const lost = await campaign.endOnce("SIGKILL");
    expect(book.faults).toEqual([]);
    // Killed between two requests: that was not in mid-write.
    if (lost === 0) continue;
    unanswered += lost;
    if (campaign.server.output().includes("a last write was cut off")) tornTails++;
    kills++;
    const fresh = [...book.receipts].slice(audited);
    audited = book.size;
    const readBack = await ReadBack.of(campaign.server, campaign.platformKey, ORGANIZATIONS[0]);
    expect(await readBack.auditEntries(fresh.slice(-ENTRIES_EACH))).toEqual([]);
    await retryAll(campaign, fresh);
    if (kills % Math.ceil(times / EXPORTS_EACH) === 0) await auditExports(campaign);
  }
  await auditAll(campaign);
  process.stdout.write(
    `killed ${times} times: ${book.size} receipts, ${unanswered} requests without an answer, ${tornTails} torn tails; nothing lost\n`,
  );
  book.close();
  await campaign.server.remove();
  rmSync(directory, { recursive: true });
}

/** Everything that is known, in every way that it can be read. Stops the server. */
async function auditAll(campaign: Campaign) {
  const { server, book, platformKey } = campaign;
  await auditExports(campaign);
  const readBack = await ReadBack.of(server, platformKey, ORGANIZATIONS[0]);
  for (const organization of ORGANIZATIONS) expect(await readBack.auditPages(organization)).toEqual([]);
  expect(await readBack.auditEntries([...book.receipts])).toEqual([]);
  await retryAll(campaign, [...book.receipts]);
  await plantFault(campaign);
  await compareWithLog(campaign);
}

async function auditExports({ server, book, platformKey }: Campaign) {
  const readBack = await ReadBack.of(server, platformKey, ORGANIZATIONS[0]);
  for (const organization of ORGANIZATIONS) {
    expect(await readBack.auditExport(book, organization)).toEqual([]);
  }
}

/** The same again is a duplicate with the same receipt; something else under the same id is refused. */
async function retryAll({ server, platformKey }: Campaign, retried: readonly Booked[]) {
  const again = ({ sent, receipt }: Booked) => ({ ...sent.event, id: receipt.id, tenant_id: sent.organization });
  for (let from = 0; from < retried.length; from += RETRIES_MAX) {
    const part = retried.slice(from, from + RETRIES_MAX);
    const response = await server.post(platformKey, part.map(again));
    expect(response.status).toBe(201);
    const { results } = (await response.json()) as { results: unknown[] };
    expect(results).toEqual(part.map(({ receipt }) => ({ ...receipt, duplicate: true })));
  }
  const [first] = retried;
  if (!first) return;
  const refused = await server.post(platformKey, { ...again(first), action: "db.delete" });
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ code: "id_conflict" });
}

/** The oracle must see one event that is missing among thousands. */
async function plantFault({ server, book, platformKey }: Campaign) {
  const [known] = book.receipts;
  if (!known) throw new Error("nothing was recorded");
  const { sent, receipt } = known;
  const invented = { ...receipt, id: "never-recorded" };
  book.receive({ ...sent, event: { ...sent.event, id: invented.id } }, invented);
  const readBack = await ReadBack.of(server, platformKey, ORGANIZATIONS[0]);
  expect(await readBack.auditExport(book, sent.organization)).toEqual([
    `${sent.organization}/never-recorded: there 0 times`,
  ]);
}

/** What search exports is what the log holds, byte for byte. */
async function compareWithLog(campaign: Campaign) {
  const { server, platformKey } = campaign;
  const readBack = await ReadBack.of(server, platformKey, ORGANIZATIONS[0]);
  const exported = new Map<string, string>();
  for (const organization of ORGANIZATIONS) exported.set(organization, await readBack.export(organization));
  expect(await server.stop()).toBe(0);
  const log = await openLog({ directory: join(server.dataDir, "log"), packing: entryPacking });
  const held = new Map<string, { key: string; line: string }[]>();
  const reading = new AbortController();
  for await (const entries of log.follow(0, reading.signal)) {
    for (const { position, organization, header, body, leafHash } of entries) {
      if (position > numberOf(readBack.asOf)) continue;
      const event = decodeEntry(header, body);
      const line = `${eventJson(event, Buffer.from(leafHash).toString("hex"))}\n`;
      const key = `${event.timestamp} ${String(event.sequence).padStart(12, "0")}`;
      const lines = held.get(organization) ?? [];
      lines.push({ key, line });
      held.set(organization, lines);
    }
    if ((entries.at(-1)?.position ?? -1) + 1 === log.end) reading.abort();
  }
  await log.close();
  for (const organization of ORGANIZATIONS) {
    const newestFirst = (held.get(organization) ?? []).sort((a, b) => (a.key < b.key ? 1 : -1));
    expect(newestFirst.map(({ line }) => line).join("") === exported.get(organization)).toBe(true);
  }
}
