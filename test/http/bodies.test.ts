import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeServer } from "../../src/http/http-server.ts";
import { anEvent, MINIMAL, type Problem, type Results } from "../support/events.ts";
import { type RawAnswer, sendRaw } from "../support/raw-http.ts";
import { ServerProcess } from "../support/server.ts";

const MIB = 1024 * 1024;

let server: ServerProcess;
let key: string;

beforeAll(async () => {
  server = await ServerProcess.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
});
afterAll(() => server.remove());

interface Sent {
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
}

async function send({ body, headers = {} }: Sent, as = key) {
  const type = { "content-type": "application/json", ...headers };
  const response = await server.fetch("/v1/events", { method: "POST", body, headers: type, duplex: "half" }, as);
  return { ...((await response.json()) as Results & Problem), status: response.status };
}

/** A body whose length is not reported beforehand. */
function chunked(bytes: Uint8Array, chunk = 64 * 1024): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + chunk));
      at += chunk;
    },
  });
}

const bytesOf = (value: unknown) => new Uint8Array(Buffer.from(JSON.stringify(value)));
const zipped = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
const gzip = { "content-encoding": "gzip" };

/** Resident memory of the server, in bytes. */
function memory(): number {
  const [, pages = 0] = readFileSync(`/proc/${server.child.pid}/statm`, "utf8").split(" ").map(Number);
  return pages * 4096;
}

/** An array of events that takes this many bytes in all. */
function events(bytes: number): Uint8Array<ArrayBuffer> {
  const padding = Array.from({ length: 40 }, () => JSON.stringify(anEvent({ description: "d".repeat(100 * 1024) })));
  const text = `[${padding.join(",")}]`;
  return new Uint8Array(Buffer.from(text + " ".repeat(bytes - Buffer.byteLength(text))));
}

describe("a body of", () => {
  const tooLarge = { status: 413, code: "too_large", detail: "The request is larger than 5242880 bytes." };

  it("5 MiB is taken, with a length and without", async () => {
    const body = events(5 * MIB);
    expect(await send({ body })).toMatchObject({ status: 201 });
    expect(await send({ body: chunked(body) })).toMatchObject({ status: 201 });
  });

  it("one byte more is refused, with a length and without", async () => {
    const body = events(5 * MIB + 1);
    expect(await send({ body })).toMatchObject(tooLarge);
    expect(await send({ body: chunked(body) })).toMatchObject(tooLarge);
  });

  it("6 MiB is refused, however it comes, and the sender gets to read why", async () => {
    const body = events(6 * MIB);
    for (let i = 0; i < 10; i++) {
      expect(await send({ body })).toMatchObject(tooLarge);
      expect(await send({ body: chunked(body) })).toMatchObject(tooLarge);
      expect(await send({ body: zipped(body), headers: gzip })).toMatchObject(tooLarge);
      expect(await send({ body: chunked(zipped(body)), headers: gzip })).toMatchObject(tooLarge);
    }
  });

  it("6 MiB without a valid key is refused for the key", async () => {
    for (let i = 0; i < 10; i++) {
      expect(await send({ body: events(6 * MIB) }, "dbk_nothing")).toMatchObject({
        status: 401,
        code: "unauthenticated",
      });
    }
  });

  it("an untrue length is not believed", async () => {
    const head = (length: number) =>
      `POST /v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n`;
    const text = JSON.stringify(MINIMAL);
    expect(await sendRaw(server.url, head(6 * MIB), text)).toMatchObject({ status: 413 });
    expect(await sendRaw(server.url, head(text.length), text)).toMatchObject({ status: 201 });
    expect(await sendRaw(server.url, head(10), text)).toMatchObject({ status: 400 });
    expect(
      (await sendRaw(server.url, head(text.length).replace("\r\n\r\n", "\r\ntransfer-encoding: chunked\r\n\r\n"), text))
        .status,
    ).toBe(400);
  });
});

describe("a compressed body", () => {
  it("is unpacked from gzip", async () => {
    const body = zipped(bytesOf([anEvent({ id: "gz-1" }), anEvent({ id: "gz-2" })]));
    for (const encoding of ["gzip", "GZIP", " gzip "]) {
      expect(await send({ body, headers: { "content-encoding": encoding } })).toMatchObject({
        status: 201,
        results: [{ id: "gz-1" }, { id: "gz-2" }],
      });
    }
    const lines = zipped(new Uint8Array(Buffer.from(`${JSON.stringify(anEvent({ id: "gz-3" }))}\n`)));
    const headers = { ...gzip, "content-type": "application/x-ndjson" };
    expect(await send({ body: lines, headers })).toMatchObject({ status: 201, results: [{ id: "gz-3" }] });
  });

  it("is refused when it is cut off, damaged, or none", async () => {
    const whole = zipped(bytesOf(anEvent({ description: "d".repeat(1000) })));
    const damaged = whole.map((byte, i) => (i === whole.length - 6 ? byte ^ 1 : byte));
    for (const body of [
      whole.subarray(0, -1),
      whole.subarray(0, 15),
      whole.subarray(0, 0),
      damaged,
      bytesOf(MINIMAL),
    ]) {
      expect(await send({ body: new Uint8Array(body), headers: gzip })).toMatchObject({
        status: 400,
        code: "invalid_encoding",
      });
    }
  });

  it("that unfolds without end costs no more than the limit", async () => {
    const bomb = zipped(new Uint8Array(200 * MIB));
    expect(bomb.length).toBeLessThan(MIB);
    await send({ body: zipped(new Uint8Array(6 * MIB)), headers: gzip });
    const before = memory();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send({ body: bomb, headers: gzip })));
    for (const answer of answers) expect(answer).toMatchObject({ status: 413, code: "too_large" });
    // 20 of them at once, 5 MiB each and what holds them meanwhile; unfolded they would be 4 GiB.
    expect(memory() - before).toBeLessThan(400 * MIB);
  });

  it.each(["compress", "gzip, gzip", "x-unknown"])("is refused as %s", async (encoding) => {
    const answer = await send({ body: bytesOf(MINIMAL), headers: { "content-encoding": encoding } });
    expect(answer).toMatchObject({ status: 415, code: "unsupported_media_type" });
  });
});

describe("a body's type", () => {
  it.each(["application/json", "application/json; charset=utf-8", "Application/JSON ; charset=UTF-8"])(
    "may be %s",
    async (type) => {
      expect(await send({ body: bytesOf(MINIMAL), headers: { "content-type": type } })).toMatchObject({ status: 201 });
    },
  );

  it.each([
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/json-seq",
    "",
  ])("may not be %j", async (type) => {
    const answer = await send({ body: bytesOf(MINIMAL), headers: { "content-type": type } });
    expect(answer).toMatchObject({ status: 415, code: "unsupported_media_type" });
  });
});

describe("a body that costs much to refuse", () => {
  it.each([
    ["nothing but line ends", "\n".repeat(5 * MIB), "application/x-ndjson", 201],
    ["a million faults", `{"metadata":{"n":[${"1e400,".repeat(800_000)}0]}}`, "application/json", 422],
    ["a million elements of a wrong type", `{"targets":[${"0,".repeat(2_000_000)}0]}`, "application/json", 422],
    [
      "as many unknown fields",
      `{${Array.from({ length: 400_000 }, (_, i) => `"${i}":0`).join()}}`,
      "application/json",
      422,
    ],
    [
      "faults below a key of 4 MiB",
      `{"metadata":{"${"k".repeat(4 * MIB)}":[${"1e400,".repeat(100_000)}0]}}`,
      "application/json",
      422,
    ],
    [
      "numbers of a thousand zeros",
      `{"metadata":{"n":[${`1${"0".repeat(1090)}1,`.repeat(4700)}0]}}`,
      "application/json",
      422,
    ],
    ["nesting all through", `${"[".repeat(5 * MIB)}`, "application/json", 400],
    ["nesting that ends", `{"metadata":${"[".repeat(2 * MIB)}${"]".repeat(2 * MIB)}}`, "application/json", 422],
    [
      "many that are nested",
      `[${Array(1000)
        .fill("[".repeat(2000) + "]".repeat(2000))
        .join()}]`,
      "application/json",
      207,
    ],
    ["escaped quotes", `{"description":"${'\\"'.repeat(2 * MIB)}"}`, "application/json", 422],
  ])("is refused all the same: %s", async (_what, body, type, status) => {
    const response = await server.post(key, body, type);
    const text = await response.text();
    expect(response.status).toBe(status);
    // The answer does not grow with the faults.
    expect(text.length).toBeLessThan(status === 207 ? 1000 * 500 : 100_000);
  });
});

describe("a sender that is slow, or leaves", () => {
  const head = (rest: string) =>
    `POST /v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n${rest}\r\n`;

  it("holds a connection for a bounded time: 20 s for the head of a request, 10 minutes for all of it", () => {
    const node = createNodeServer();
    expect({ head: node.headersTimeout, all: node.requestTimeout }).toEqual({ head: 20_000, all: 600_000 });
  });

  it("keeps nobody else from being answered", async () => {
    const text = JSON.stringify(anEvent({ id: "slow-1" }));
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(new Uint8Array(Buffer.from(text.slice(0, 10))));
        await finished;
        controller.enqueue(new Uint8Array(Buffer.from(text.slice(10))));
        controller.close();
      },
    });
    const waiting = send({ body: slow });
    expect(await send({ body: bytesOf(MINIMAL) })).toMatchObject({ status: 201 });
    expect((await server.fetch("/v1/events/slow-1", {}, key)).status).toBe(404);
    finish();
    expect(await waiting).toMatchObject({ status: 201, results: [{ id: "slow-1" }] });
  });

  it("leaves memory, and the processor, to other organizations", async () => {
    const other = await server.key(["--org", "globex", "--create", "--scopes", "events:write"]);
    const { hostname, port } = new URL(server.url);
    const stalled = Array.from({ length: 40 }, () => connect(Number(port), hostname));
    for (const socket of stalled) {
      socket.on("error", () => undefined);
      socket.write(`${head(`content-length: ${5 * MIB}\r\n`)}[`);
    }
    const waiting = async () => Number(/^daybook_admission_waiting (\d+)$/m.exec(await server.metrics())?.[1]);
    // Eight are let in: they hold half of what there is.
    await expect.poll(waiting).toBe(32);
    expect(await send({ body: events(4 * MIB + 200_000) }, other)).toMatchObject({ status: 201 });
    // Reading of their own organization goes on, too.
    expect((await server.fetch("/v1/events?limit=1", {}, key)).status).toBe(200);
    for (const socket of stalled) socket.destroy();
    await expect.poll(waiting).toBe(0);
    expect(await send({ body: bytesOf(MINIMAL) })).toMatchObject({ status: 201 });
  });

  it("and leaves before the end has stored nothing", async () => {
    const text = JSON.stringify(anEvent({ id: "gone-1" }));
    const leave = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(Buffer.from(text))),
      pull: () => leave.abort(),
    });
    const init = {
      method: "POST",
      body,
      duplex: "half" as const,
      signal: leave.signal,
      headers: { "content-type": "application/json" },
    };
    await expect(server.fetch("/v1/events", init, key)).rejects.toThrow();
    expect(await send({ body: bytesOf(MINIMAL) })).toMatchObject({ status: 201 });
    expect((await server.fetch("/v1/events/gone-1", {}, key)).status).toBe(404);
  });

  it("gets no more than one answer for requests that are run together", async () => {
    const text = JSON.stringify(MINIMAL);
    const one = head(`content-length: ${text.length}\r\n`) + text;
    const last = head(`content-length: ${text.length}\r\nconnection: close\r\n`) + text;
    const answer: RawAnswer = await sendRaw(server.url, one + one + last);
    expect(answer.body.match(/"results"/g)).toHaveLength(3);
  });
});
