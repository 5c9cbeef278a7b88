import { hash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import S3rver from "@20minutes/s3rver";
import { AwsClient } from "aws4fetch";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CERTIFICATE } from "./certificate.ts";
import { OpenSinks, send } from "./open-sinks.ts";
import { aBatch } from "./records.ts";
import { Rsyslog } from "./rsyslog.ts";

/** Sinks against receivers that other people wrote: an S3 server, and rsyslog. */

const sinks = new OpenSinks();
const open: OpenSinks["open"] = (...args) => sinks.open(...args);

afterEach(() => sinks.close());
afterAll(() => rmSync(sinks.directory, { recursive: true }));

describe("an S3 server", () => {
  /** What it accepts. */
  const KEY = "S3RVER";
  const region = "us-east-1";
  const directory = mkdtempSync(join(tmpdir(), "daybook-s3-"));
  const buckets = [{ name: "logs" }];
  const server = new S3rver({ address: "127.0.0.1", port: 0, silent: true, directory, configureBuckets: buckets });
  const client = new AwsClient({ accessKeyId: KEY, secretAccessKey: KEY, service: "s3", region });
  let endpoint: string;

  beforeAll(async () => {
    endpoint = `http://127.0.0.1:${((await server.run()) as AddressInfo).port}`;
  });
  afterAll(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });

  const bucket = (more: object = {}, secret = KEY) =>
    open("s3", { endpoint, region, bucket: "logs", access_key_id: KEY, ...more }, { secret_access_key: secret });
  /** As it is stored: `fetch` would decompress it. */
  const get = async (path: string) => {
    const { url, headers } = await client.sign(`${endpoint}/logs${path}`);
    const asked = request(url, { headers: Object.fromEntries(headers) }).end();
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    return buffer(response);
  };
  const keys = async (prefix: string) =>
    [...(await get(`?list-type=2&prefix=${prefix}`)).toString().matchAll(/<Key>([^<]+)/g)].map(([, key]) => key);

  it("has one object for each batch, also when a batch was sent again", async () => {
    const sink = bucket({ prefix: "once/" });
    for (const batch of [aBatch([3, 4]), aBatch([3, 4]), aBatch([5])]) await send(sink, batch);
    const written = await keys("once/");
    expect(written).toEqual([
      "once/acme/2026/11/27/0000000000000003-0000000000000004.ndjson.gz",
      "once/acme/2026/11/27/0000000000000005-0000000000000005.ndjson.gz",
    ]);
    const [first] = await Promise.all(written.map((key) => get(`/${key}`)));
    const lines = gunzipSync(first ?? "")
      .toString()
      .trim()
      .split("\n");
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(["e-3", "e-4"]);
  });

  it("has a manifest with the hash of each object, and a lock asked for is no obstacle", async () => {
    const sink = bucket({ prefix: "listed/", object_lock: { mode: "GOVERNANCE", days: 1 } });
    await send(sink, aBatch([8, 9]));
    // As if an hour had passed.
    const state = join(sinks.directory, "s3.sink.json");
    const pending = JSON.parse(readFileSync(state, "utf8"));
    writeFileSync(state, JSON.stringify({ ...pending, hour: "2026-11-27T00" }));
    await send(sink, aBatch([10]));
    const name = `2026-11-27T00-${String(pending.objects[0].first).padStart(16, "0")}.txt`;
    const [manifest = ""] = (await get(`/listed/acme/manifests/${name}`)).toString().split("\n");
    const { key, sha256 } = JSON.parse(manifest).objects.at(-1);
    expect(hash("sha256", await get(`/${key}`))).toBe(sha256);
  });

  it.each([
    ["another secret", () => bucket({}, "x"), /SignatureDoesNotMatch/],
    ["a bucket that is not there", () => bucket({ bucket: "absent" }), /NoSuchBucket/],
  ])("refuses %s, and says so", async (_, sink, reason) => {
    await expect(send(sink(), aBatch([3]))).rejects.toMatchObject({
      failure: "unavailable",
      message: expect.stringMatching(reason),
    });
  });
});

const rsyslog = await Rsyslog.start();
if (rsyslog === undefined) process.stdout.write("rsyslog: not installed, and not to be had from Debian: skipped\n");

describe.skipIf(rsyslog === undefined)("rsyslog", () => {
  afterAll(() => rsyslog?.stop());

  it.each([
    ["TCP", () => ({ host: "127.0.0.1", port: rsyslog?.tcpPort, transport: "tcp" })],
    ["TLS", () => ({ host: "localhost", port: rsyslog?.tlsPort, transport: "tls", ca: CERTIFICATE })],
  ])("has every field and the whole text of each message over %s", async (_, config) => {
    const before = rsyslog?.lines().length ?? 0;
    const description = "öl ist\nteuer, “x” \\ | =";
    const batch = aBatch([3, 4], { action: "auth.login", description, metadata: { long: "x".repeat(5_000) } });
    await send(open("syslog", config()), batch);
    const lines = () => rsyslog?.lines().slice(before) ?? [];
    await expect.poll(() => lines().length).toBe(2);
    expect(lines()[0]).toMatchObject({
      pri: "110",
      time: "2026-11-27T10:00:00.000Z",
      hostname: "daybook",
      app_name: "daybook",
      msgid: "auth.login",
      data: expect.stringMatching(/^\[daybook@32473 log="[^"]+" tenant="acme" sequence="3" leaf="[0-9a-f]{64}"\]$/),
    });
    expect(lines().map(({ msg }) => msg)).toEqual(batch.records.map(({ text }) => text));
  });

  it("has CEF as it was written", async () => {
    const before = rsyslog?.lines().length ?? 0;
    const batch = aBatch([5], { description: "a|b=c\\d\ne" }, { format: "cef" });
    await send(open("syslog", { host: "127.0.0.1", port: rsyslog?.tcpPort, transport: "tcp" }, {}, "cef"), batch);
    await expect
      .poll(() =>
        rsyslog
          ?.lines()
          .slice(before)
          .map(({ msg }) => msg),
      )
      .toEqual([batch.records[0]?.text]);
  });
});
