import { hash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { hashing } from "@daybook/sdk/merkle";
import { parseVerifierKey } from "@daybook/sdk/note";
import { beforeAll, expect, it } from "vitest";
import { sha256 } from "../../src/crypto.ts";
import { givenIn, parsed } from "../../src/streams/proof/lines.ts";
import { type StreamReport, StreamVerifier } from "../../src/streams/proof/stream-verifier.ts";
import { cli, type TestServer } from "../support/server.ts";
import { eventsAt, type Message, recordsAt, textOf } from "./messages.ts";
import type { Receiver } from "./receiver.ts";
import type { StreamClient } from "./stream-client.ts";

interface Given {
  readonly server: TestServer;
  readonly receiver: Receiver;
  readonly client: StreamClient;
  /** A key that records and reads. */
  readonly writer: string;
  readonly webhook: (fields: Record<string, unknown>) => Promise<{ id: string; path: string }>;
  readonly record: (...ids: string[]) => Promise<void>;
}

/** What `daybook verify stream` says of what a receiver got, and of what somebody has done to it since. */
export function givenBackSuite(given: () => Given): void {
  let lines: string[];
  let key: string;

  const change = (from: string, to: string) => lines.map((line) => line.replaceAll(from, to));
  async function reportOf(texts: readonly string[]): Promise<StreamReport> {
    const verifier = new StreamVerifier([hashing(parseVerifierKey(key), sha256)]);
    for (const line of texts) for (const one of givenIn(parsed(line))) verifier.take(one);
    return (await verifier.reports())[0] as StreamReport;
  }
  /** The events one a line, as a bucket has them. */
  const records = (texts: readonly string[]) =>
    texts.flatMap((line) => (JSON.parse(line) as Message).data.records.map((record) => JSON.stringify(record)));

  beforeAll(async () => {
    const { server, receiver, writer, webhook, record } = given();
    await record(...Array.from({ length: 30 }, (_, n) => `v-${n}`));
    // Until a checkpoint covers them: no event tells a client.
    while ((await server.fetch("/v1/proofs/inclusion?id=v-29", {}, writer)).status !== 200) await pause(10);
    const { path } = await webhook({ proof: "entry", start: "beginning" });
    await receiver.until(
      () =>
        recordsAt(receiver, path).some(({ type }) => type === "daybook.checkpoint") &&
        eventsAt(receiver, path).some(({ id }) => id === "v-29"),
    );
    lines = receiver.at(path).map(textOf);
    const keys = await server.fetch("/v1/checkpoint/keys", {}, writer);
    key = ((await keys.json()) as { keys: { vkey: string }[] }).keys[0]?.vkey ?? "";
  });

  it("is complete and unaltered up to the last checkpoint, as the command says", async () => {
    const file = join(given().server.dataDir, "given.ndjson.gz");
    writeFileSync(file, gzipSync(lines.join("\n")));
    const { code, stdout } = await cli(["verify", "stream", file, "--key", key]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^COMPLETE AND UNALTERED: acme, sequence 0 to \d+$/m)]);
  });

  it("is so in any order, repeated, and as a SIEM wraps it", async () => {
    const wrapped = records(lines).map((text, at) =>
      JSON.stringify(
        at % 2 === 0 ? { result: { _raw: text } } : { _source: { "@timestamp": "x", ...JSON.parse(text) } },
      ),
    );
    const { faults, missing, proven, repeated, checked, events } = await reportOf([
      ...wrapped.reverse(),
      wrapped[3] ?? "",
    ]);
    expect([faults, missing, proven[0]?.start, proven.length, events - checked]).toEqual([0, [], 0, 1, 0]);
    expect(repeated).toBe(1);
  });

  it.each<[string, (given: string[]) => string[], RegExp]>([
    [
      "an altered field",
      (given) => given.map((line) => line.replace('"id":"v-3"', '"id":"v-x"')),
      /id is not what its entry says/,
    ],
    [
      "a field put in",
      (given) => given.map((line) => line.replace('"id":"v-3"', '"description":"x","id":"v-3"')),
      /description is not in its entry/,
    ],
    [
      "an altered entry",
      (given) => given.map((line) => line.replace('\\"id\\":\\"v-3\\"', '\\"id\\":\\"v-x\\"')),
      /header does not have its hash/,
    ],
    [
      "an altered body",
      (given) =>
        given.map((line) =>
          line.includes('"id":"v-3"') ? line.replace('{\\"nonce\\":\\"', '{\\"nonce\\":\\"A') : line,
        ),
      /body is not the one/,
    ],
  ])("with %s names the event", async (_, alter, reason) => {
    const { findings } = await reportOf(alter(records(lines)));
    const { sequence } = JSON.parse(records(lines).find((line) => line.includes('"id":"v-3"')) ?? "{}");
    expect(findings).toMatchObject([{ sequence, reason: expect.stringMatching(reason) }]);
  });

  it("with an event missing says which", async () => {
    const { missing, proven } = await reportOf(records(lines).filter((line) => !line.includes('"id":"v-3"')));
    const { sequence } = JSON.parse(records(lines).find((line) => line.includes('"id":"v-3"')) ?? "{}");
    expect([missing, proven]).toEqual([[{ start: sequence, end: sequence + 1 }], []]);
  });

  it("with an event that was forged with all its hashes is not what the log signed", async () => {
    const forged = records(lines).map((line) => {
      const event = JSON.parse(line);
      if (event.id !== "v-3") return line;
      const header = event.entry.header.replace("channel.create", "channel.delete");
      const leaf_hash = hash("sha256", Buffer.concat([Buffer.of(0), Buffer.from(header)]));
      return JSON.stringify({ ...event, action: "channel.delete", leaf_hash, entry: { ...event.entry, header } });
    });
    const { findings, proven } = await reportOf(forged);
    expect(findings).toMatchObject([{ reason: expect.stringMatching(/are not those that the log signed/) }]);
    expect(proven).toEqual([]);
  });

  it("signed by another key proves nothing", async () => {
    const { findings, proven } = await reportOf(change("— daybook/", "— daybok/"));
    expect([findings.length > 0, proven]).toEqual([true, []]);
  });

  it("of a stream that begins in the middle is proven from there on", async () => {
    const { sequence } = JSON.parse(records(lines).find((line) => line.includes('"id":"v-20"')) ?? "{}");
    const { receiver, client, webhook } = given();
    const { id, path } = await webhook({ proof: "entry" });
    const before = receiver.at(path).length;
    await client.act(id, "replay", { start: { sequence } });
    const got = () => receiver.at(path).slice(before).map(textOf);
    await receiver.until(() => records(got()).filter((line) => line.includes("daybook.checkpoint")).length >= 2);
    const { proven, faults } = await reportOf(got());
    expect([proven[0]?.start, faults]).toEqual([sequence, 0]);
  });
}
