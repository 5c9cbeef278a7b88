import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sinkKindOf } from "../../src/streams/sinks/registry.ts";
import { builtChild } from "../support/built-child.ts";
import { expectedSignature } from "./aws-signature.ts";
import { CERTIFICATE } from "./certificate.ts";
import { OpenSinks, send } from "./open-sinks.ts";
import { Receiver } from "./receiver.ts";
import { aBatch } from "./records.ts";

/** Each sink over HTTP against a receiver on a real socket, written from the receiver's documentation. */

let receiver: Receiver;
const sinks = new OpenSinks();
const { directory } = sinks;

beforeAll(async () => {
  receiver = await Receiver.start();
});
afterEach(async () => {
  receiver.received.length = 0;
  receiver.answer = () => ({});
  await sinks.close();
});
afterAll(async () => {
  await receiver.close();
  rmSync(directory, { recursive: true });
});

const open: OpenSinks["open"] = (...args) => sinks.open(...args);
const newest = () => receiver.received.at(-1) ?? { method: "", path: "", headers: {}, body: "" };
const STORED = { headers: { etag: '"x"' } };
const reply = (body: unknown, status = 200) => ({ status, body: JSON.stringify(body) });

describe("Splunk HEC", () => {
  const success = () => reply({ text: "Success", code: 0 });

  it("gets each event in its envelope, with the token", async () => {
    receiver.answer = success;
    await send(open("splunk_hec", { url: `${receiver.url}/`, index: "audit" }, { token: "t0ken" }), aBatch([3, 4]));
    expect([newest().path, newest().headers.authorization]).toEqual(["/services/collector/event", "Splunk t0ken"]);
    const events = newest()
      .body.split("\n")
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      { time: Date.parse("2026-11-27T10:00:00Z") / 1000, index: "audit", sourcetype: "_json", event: { id: "e-3" } },
      { event: { id: "e-4" } },
    ]);
  });

  it("has a batch only once the indexers have written it", async () => {
    let asked = 0;
    receiver.answer = ({ path }) =>
      path.includes("/ack?") ? reply({ acks: { "7": ++asked > 1 } }) : reply({ text: "Success", code: 0, ackId: 7 });
    await send(open("splunk_hec", { url: receiver.url, acknowledge: true }, { token: "t" }), aBatch([3]));
    expect(asked).toBe(2);
    expect(newest().path).toBe("/services/collector/ack?channel=stream");
  });

  it.each([
    ["a token that does not acknowledge", success, true, "unavailable"],
    ["an index that is wrong", () => reply({ text: "Incorrect index", code: 7 }, 400), false, "unavailable"],
    ["data that it does not take", () => reply({ text: "Invalid data format", code: 6 }, 400), false, "refused"],
    ["an indexer that is busy", () => reply({ text: "Server is busy", code: 9 }, 503), false, "unavailable"],
  ])("with %s has not acknowledged", async (_, answer, acknowledge, failure) => {
    receiver.answer = answer;
    const sink = open("splunk_hec", { url: receiver.url, acknowledge }, { token: "t" });
    await expect(send(sink, aBatch([3]))).rejects.toMatchObject({ name: "DeliveryError", failure });
  });

  it("gets CEF as text", async () => {
    receiver.answer = success;
    await send(open("splunk_hec", { url: receiver.url }, { token: "t" }, "cef"), aBatch([3], {}, { format: "cef" }));
    expect(JSON.parse(newest().body).event).toMatch(/^CEF:0\|Daybook\|/);
  });
});

describe("Datadog", () => {
  it("gets an array of entries whose message is the event", async () => {
    receiver.answer = () => ({ status: 202 });
    const config = { url: `${receiver.url}/api/v2/logs`, tags: "env:prod" };
    await send(open("datadog", config, { api_key: "k" }), aBatch([3, 4]));
    expect([newest().path, newest().headers["dd-api-key"]]).toEqual(["/api/v2/logs", "k"]);
    const entries = JSON.parse(newest().body) as { message: string }[];
    expect(entries).toMatchObject([
      { ddsource: "daybook", service: "daybook", hostname: "acme", ddtags: "env:prod" },
      {},
    ]);
    expect(entries.map(({ message }) => JSON.parse(message).id)).toEqual(["e-3", "e-4"]);
  });
});

describe("Elasticsearch", () => {
  const config = () => ({ url: receiver.url, index: "audit" });
  const bulk = (...items: { status: number; error?: { type: string; reason: string } }[]) =>
    reply({ errors: items.some(({ status }) => status > 299), items: items.map((create) => ({ create })) });

  it("gets events created under their ids, with a time", async () => {
    receiver.answer = () => reply({ errors: false });
    await send(open("elasticsearch", config(), { api_key: "k" }), aBatch([3, 4]));
    expect([newest().path.split("?")[0], newest().headers.authorization]).toEqual(["/_bulk", "ApiKey k"]);
    expect(newest().body.endsWith("\n")).toBe(true);
    const lines = newest()
      .body.trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({ create: { _index: "audit", _id: "acme/e-3" } });
    expect(lines[1]).toMatchObject({ "@timestamp": "2026-11-27T10:00:00.000Z", id: "e-3", sequence: 3 });
  });

  it("has what it had before", async () => {
    receiver.answer = () =>
      bulk({ status: 409, error: { type: "version_conflict", reason: "exists" } }, { status: 201 });
    await expect(send(open("elasticsearch", config()), aBatch([3, 4]))).resolves.toBeUndefined();
  });

  it.each([
    [
      "refuses one",
      () => bulk({ status: 201 }, { status: 400, error: { type: "mapper", reason: "r" } }),
      "refused",
      /mapper: r/,
    ],
    ["is full", () => bulk({ status: 429, error: { type: "es_rejected", reason: "queue" } }), "unavailable", /429/],
    ["answers something else", () => reply({ ok: true }), "unavailable", /_bulk/],
  ])("that %s has not acknowledged", async (_, answer, failure, message) => {
    receiver.answer = answer;
    const sent = send(open("elasticsearch", config(), { password: "p" }), aBatch([3, 4]));
    await expect(sent).rejects.toMatchObject({ failure, message: expect.stringMatching(message) });
  });
});

describe("OTLP", () => {
  const config = () => ({ url: `${receiver.url}/v1/logs` });

  it("gets log records of the data model", async () => {
    receiver.answer = () => reply({});
    const trace_id = "0af7651916cd43dd8448eb211c80319c";
    const fields = { action: "auth.login", outcome: "failure", context: { ip: "203.0.113.7", trace_id } };
    await send(open("otlp", config(), { headers: { "x-key": "k" } }), aBatch([3], fields));
    expect([newest().path, newest().headers["x-key"]]).toEqual(["/v1/logs", "k"]);
    const { resourceLogs } = JSON.parse(newest().body);
    expect(resourceLogs[0].resource.attributes).toEqual([{ key: "service.name", value: { stringValue: "daybook" } }]);
    const [record] = resourceLogs[0].scopeLogs[0].logRecords;
    const nanoseconds = `${Date.parse("2026-11-27T10:00:00Z")}000000`;
    expect(record).toMatchObject({
      timeUnixNano: nanoseconds,
      severityNumber: 13,
      eventName: "auth.login",
      traceId: trace_id,
    });
    expect(record.attributes).toContainEqual({ key: "daybook.sequence", value: { stringValue: "3" } });
    expect(JSON.parse(record.body.stringValue)).toMatchObject({ id: "e-3" });
  });

  it("that rejects some of them has not acknowledged", async () => {
    receiver.answer = () => reply({ partialSuccess: { rejectedLogRecords: "1", errorMessage: "too long" } });
    await expect(send(open("otlp", config()), aBatch([3, 4]))).rejects.toMatchObject({ failure: "refused" });
  });
});

describe("any HTTP receiver", () => {
  const http = (config: object, secrets: object = {}) =>
    open("http", { url: `${receiver.url}/in`, ...config }, secrets);

  it("gets lines, an array, or a request for each", async () => {
    const ids = () => receiver.received.map(({ body }) => body.match(/"id":"e-\d"/g)?.length);
    await send(http({}, { headers: { authorization: "Bearer x" } }), aBatch([3, 4]));
    expect(newest().headers).toMatchObject({ authorization: "Bearer x", "content-type": "application/x-ndjson" });
    await send(http({ framing: "array", gzip: true, method: "PUT" }), aBatch([3, 4]));
    expect([newest().method, JSON.parse(newest().body)]).toMatchObject(["PUT", [{ id: "e-3" }, { id: "e-4" }]]);
    await send(http({ framing: "each" }), aBatch([3, 4]));
    expect(ids()).toEqual([2, 2, 1, 1]);
    expect(http({ framing: "each" }).limits.records).toBe(1);
  });

  it("is sent a token that another server gives for a secret, and a new one when it takes the first no more", async () => {
    let given = 0;
    let taken = "Bearer t-1";
    receiver.answer = ({ path, headers }) => {
      if (path === "/token") return reply({ access_token: `t-${++given}`, token_type: "Bearer", expires_in: 3600 });
      return headers.authorization === taken ? {} : { status: 401 };
    };
    const config = {
      token_url: `${receiver.url}/token`,
      client_id: "daybook",
      scope: "https://monitor.azure.com/.default",
    };
    const sink = http({ framing: "array", ...config }, { client_secret: "s&1" });
    for (const sequence of [3, 4]) await send(sink, aBatch([sequence]));
    const [asked] = receiver.received;
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      ...{ grant_type: "client_credentials", client_id: "daybook", client_secret: "s&1", scope: config.scope },
    });
    expect(given).toBe(1);
    taken = "Bearer t-2";
    await expect(send(sink, aBatch([5]))).rejects.toMatchObject({ failure: "unavailable" });
    await send(sink, aBatch([5]));
    expect(given).toBe(2);
  });

  it.each([
    ["refuses", { status: 400, body: '{"error":"invalid_client"}' }, /No token to send with.*invalid_client/],
    ["is the page of a proxy", { body: "<html>" }, /no bearer token/],
    [
      "gives a token that no header can hold",
      reply({ access_token: "a\r\nb", token_type: "Bearer" }),
      /no bearer token/,
    ],
  ])("waits where the server of its tokens %s", async (_, answer, message) => {
    receiver.answer = () => answer;
    const sink = http({ token_url: `${receiver.url}/token`, client_id: "daybook" }, { client_secret: "s" });
    await expect(send(sink, aBatch([3]))).rejects.toMatchObject({
      failure: "unavailable",
      message: expect.stringMatching(message),
    });
    expect(receiver.received).toHaveLength(1);
  });

  it("gets each record as a template shapes it", async () => {
    const template =
      '{"at":{{timestamp}},"who":{{actor.id}},"none":{{no.such}},"raw":{{string}},"all":{{}},"n":{{string sequence}}}';
    const sink = http({ template });
    await send(sink, aBatch([3], { actor: { type: "user", id: 'u"1' } }, { shape: sink.shape }));
    const { at, who, none, raw, all, n } = JSON.parse(newest().body);
    expect([at, who, none, n]).toEqual([expect.stringMatching(/^2026/), 'u"1', null, "3"]);
    expect(JSON.parse(raw)).toEqual(all);
  });

  it("gets a record shortened that is too long as its template shapes it", async () => {
    const sink = http({ template: `[${Array(32).fill("{{string}}").join()}]` });
    const { recordBytes } = sink.limits;
    const metadata = { long: "x".repeat(100_000) };
    await send(sink, aBatch([3], { metadata }, { shape: sink.shape, recordBytes }));
    const [first = ""] = JSON.parse(newest().body);
    expect(JSON.parse(first)).toMatchObject({ id: "e-3", shortened: { reason: "too_large" } });
  });

  it("cannot have a template that makes each record any number of times longer", () => {
    const template = `[${Array(33).fill("{{}}").join()}]`;
    const parsed = sinkKindOf("http").config.safeParse({ url: "https://x.example", template });
    expect(parsed.error?.issues[0]?.message).toBe("must have at most 32 placeholders");
  });

  it.each(["{{", '{"a":{{x}}', '{"a":"{{x}}"}', "{{x y}}", "{{#if}}"])("is refused the template %s", (template) => {
    const parsed = sinkKindOf("http").config.safeParse({ url: "https://x.example", template });
    expect(parsed.success).toBe(template === '{"a":"{{x}}"}');
  });
});

describe("S3", () => {
  beforeEach(() => {
    receiver.answer = () => STORED;
  });
  const config = (more: object = {}) => ({
    endpoint: receiver.url,
    region: "eu-west-1",
    bucket: "logs",
    access_key_id: "AKIA",
    ...more,
  });
  const secrets = { secret_access_key: "s3cret" };

  it("gets compressed lines under a key of organization, day and sequences, signed", async () => {
    await send(open("s3", config(), secrets), aBatch([3, 4]));
    const { method, path, headers, body } = newest();
    expect([method, path]).toEqual([
      "PUT",
      "/logs/daybook/acme/2026/11/27/0000000000000003-0000000000000004.ndjson.gz",
    ]);
    expect(
      body
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).id),
    ).toEqual(["e-3", "e-4"]);
    expect(headers).toMatchObject({ "content-encoding": "gzip", "x-amz-meta-first": "3", "x-amz-meta-last": "4" });
    expect(headers.authorization).toContain(`Signature=${expectedSignature(newest(), "s3cret")}`);
    expect(headers.authorization).not.toContain(expectedSignature(newest(), "another"));
  });

  it("gets the same object when a batch is sent again", async () => {
    const sink = open("s3", config(), secrets);
    await send(sink, aBatch([5, 6]));
    await send(sink, { ...aBatch([5, 6]) });
    const [first, second] = receiver.received.slice(-2);
    expect(first?.path).toBe(second?.path);
  });

  it("locks objects for as many days as are set", async () => {
    const lock = { object_lock: { mode: "COMPLIANCE", days: 30 } };
    await send(open("s3", config(lock), secrets), aBatch([7]));
    const { headers } = newest();
    expect(headers["x-amz-object-lock-mode"]).toBe("COMPLIANCE");
    const days = (Date.parse(String(headers["x-amz-object-lock-retain-until-date"])) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(headers["x-amz-checksum-sha256"]).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(headers.authorization).toContain("x-amz-object-lock-mode");
  });

  it("writes a signed manifest of an hour with the first object of another, also where the clock was set back", async () => {
    const sink = open("s3", config(), secrets);
    await send(sink, aBatch([8, 9]));
    const state = join(directory, "s3.sink.json");
    const pending = JSON.parse(readFileSync(state, "utf8"));
    const listed = pending.objects.at(-1);
    const first = String(pending.objects[0].first).padStart(16, "0");
    expect(listed).toMatchObject({ first: 8, last: 9, records: 2 });
    // As if hours had passed, then as if the clock had been set back to an hour that has a manifest.
    writeFileSync(state, JSON.stringify({ ...pending, hour: "2026-11-27T00" }));
    await send(sink, aBatch([10]));
    writeFileSync(state, JSON.stringify({ ...JSON.parse(readFileSync(state, "utf8")), hour: "2026-11-27T00" }));
    await send(sink, aBatch([11]));
    const [manifest, another] = receiver.received.filter(({ path }) => path.includes("/manifests/"));
    expect([manifest?.path, another?.path]).toEqual([
      `/logs/daybook/acme/manifests/2026-11-27T00-${first}.txt`,
      "/logs/daybook/acme/manifests/2026-11-27T00-0000000000000010.txt",
    ]);
    const [text = "", , signature] = manifest?.body.split("\n") ?? [];
    expect([JSON.parse(text).objects.at(-1), signature]).toEqual([listed, "— signed"]);
    expect(JSON.parse(readFileSync(state, "utf8")).objects).toHaveLength(1);
  });
});

/** A proxy between a stream and its receiver answers 200 with a page of its own. */
it.each([
  ["splunk_hec", {}, { token: "t" }],
  ["datadog", {}, { api_key: "k" }],
  ["elasticsearch", { index: "audit" }, {}],
  ["otlp", {}, {}],
  ["s3", { region: "eu-west-1", bucket: "logs", access_key_id: "AKIA" }, { secret_access_key: "s" }],
])("%s takes 200 with garbage for no acknowledgement", async (type, config, secrets) => {
  receiver.answer = () => ({ status: 200, body: "<html>Sign in</html>" });
  const address = type === "s3" ? { endpoint: receiver.url } : { url: receiver.url };
  const sent = send(open(type, { ...address, ...config }, secrets), aBatch([3]));
  await expect(sent).rejects.toMatchObject({ name: "DeliveryError", failure: "unavailable" });
  // 200 alone would say that nothing is wrong.
  await expect(sent).rejects.not.toThrow(/^The receiver answered 200(:|$)/);
});

it("no receiver is kept waiting for: each answer has a time limit", async () => {
  receiver.answer = () => "hang";
  await expect(send(open("http", { url: receiver.url }), aBatch([3]))).rejects.toThrow(
    "did not answer within 2 seconds",
  );
});

describe("over HTTPS", () => {
  async function sent(env: NodeJS.ProcessEnv) {
    const file = await builtChild("./https.child.ts", import.meta.url);
    const { stdout } = await promisify(execFile)(process.execPath, [file], { env: { ...process.env, ...env } });
    return JSON.parse(stdout) as { named: string; misnamed: string; received: number };
  }

  it("a certificate that nobody vouches for is not trusted", async () => {
    expect(await sent({})).toMatchObject({ named: expect.stringContaining("self-signed"), received: 0 });
  });

  it("a certificate is trusted for its own name alone", async () => {
    const file = join(directory, "ca.pem");
    writeFileSync(file, CERTIFICATE);
    const { named, misnamed, received } = await sent({ NODE_EXTRA_CA_CERTS: file });
    expect([named, received]).toEqual(["delivered", 1]);
    expect(misnamed).toContain("127.0.0.1 is not in the cert's list");
  });
});
