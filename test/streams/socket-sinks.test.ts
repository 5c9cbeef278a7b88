import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { CLOCK } from "../../src/clock.ts";
import { Destinations } from "../../src/streams/destinations.ts";
import { HttpSender } from "../../src/streams/http-sender.ts";
import { sinkKindOf } from "../../src/streams/sinks/registry.ts";
import { CERTIFICATE, KEY } from "./certificate.ts";
import { OpenSinks, send } from "./open-sinks.ts";
import { aBatch } from "./records.ts";

/** Sinks that are not HTTP: syslog over real sockets, and files. */

const sinks = new OpenSinks();
const { directory } = sinks;
const open: OpenSinks["open"] = (...args) => sinks.open(...args);

afterEach(() => sinks.close());
afterAll(() => rmSync(directory, { recursive: true }));

describe("syslog", () => {
  /** What came over a socket, as messages with octet counting (RFC 6587). */
  function messagesOf(bytes: Buffer): string[] {
    const messages: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const space = bytes.indexOf(" ", at);
      const end = space + 1 + Number(bytes.toString("latin1", at, space));
      messages.push(bytes.toString("utf8", space + 1, end));
      at = end;
    }
    return messages;
  }

  async function listening(
    server: Server,
  ): Promise<{ port: number; messages: (count: number) => Promise<string[]>; sockets: Socket[] }> {
    let bytes = Buffer.alloc(0);
    const sockets: Socket[] = [];
    let wake: () => void = () => undefined;
    server.on("connection", (socket) => sockets.push(socket));
    server.on("setSecureContext" in server ? "secureConnection" : "connection", (socket: Socket) => {
      socket
        .on("error", () => undefined)
        .on("data", (chunk: Buffer) => {
          bytes = Buffer.concat([bytes, chunk]);
          wake();
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const messages = async (count: number) => {
      while (messagesOf(bytes).length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return messagesOf(bytes);
    };
    return { port: (server.address() as AddressInfo).port, messages, sockets };
  }

  const MESSAGE =
    /^<109>1 2026-11-27T10:00:00\.000Z daybook daybook - (\S+) \[daybook@32473 log="[0-9a-f-]{36}" tenant="acme" sequence="(\d)" leaf="[0-9a-f]{64}"\] (.*)$/s;

  it("gets counted messages of RFC 5424 over TCP, and those after a lost connection over a new one", async () => {
    const server = createTcpServer();
    const { port, messages, sockets } = await listening(server);
    const sink = open("syslog", { host: "127.0.0.1", port, transport: "tcp" });
    const fields = { action: "auth.login", outcome: "failure", description: "öl ist\nteuer" };
    await send(sink, aBatch([3, 4], fields));
    const [first = ""] = await messages(2);
    const [, name, sequence, text = ""] = MESSAGE.exec(first.replace("<108>", "<109>")) ?? [];
    expect([first.slice(0, 5), name, sequence, JSON.parse(text).description]).toEqual([
      "<108>",
      "auth.login",
      "3",
      fields.description,
    ]);
    const closed = once(sockets[0] as Socket, "close");
    sockets[0]?.destroy();
    await closed;
    await send(sink, aBatch([5]));
    expect((await messages(3))[2]).toContain('"e-5"');
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it("trusts over TLS only a certificate of the host's name that it was given, or the system has", async () => {
    const server = createTlsServer({ key: KEY, cert: CERTIFICATE });
    server.on("tlsClientError", () => undefined);
    const { port, messages, sockets } = await listening(server);
    const tls = (config: object) => open("syslog", { port, transport: "tls", ...config });
    await expect(send(tls({ host: "localhost" }), aBatch([3]))).rejects.toMatchObject({
      failure: "unavailable",
      message: expect.stringMatching(/self-signed/),
    });
    await expect(send(tls({ host: "127.0.0.1", ca: CERTIFICATE }), aBatch([3]))).rejects.toMatchObject({
      failure: "unavailable",
    });
    await send(tls({ host: "localhost", ca: CERTIFICATE }), aBatch([3]));
    expect(await messages(1)).toHaveLength(1);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it("gets a datagram for each message over UDP, as CEF", async () => {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    const received = once(socket, "message") as Promise<[Buffer]>;
    const config = { host: "127.0.0.1", port: socket.address().port, transport: "udp" };
    await send(open("syslog", config, {}, "cef"), aBatch([3], {}, { format: "cef" }));
    expect((await received)[0].toString()).toMatch(/^<110>1 .+\] CEF:0\|Daybook\|/);
    socket.close();
  });

  it.each(["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0", "localhost"])(
    "gets nothing over UDP at %s, which is this machine",
    async (host) => {
      const sink = open("syslog", { host, port: 9, transport: "udp" }, {}, "daybook", []);
      await expect(send(sink, aBatch([3]))).rejects.toThrow("is not a public address");
    },
  );

  it("shortens what a receiver would cut off", () => {
    expect(open("syslog", { host: "127.0.0.1", port: 1 }).limits.recordBytes).toBe(8_192 - 512);
  });

  it("that is not there has not acknowledged", async () => {
    const server = createTcpServer();
    const { port } = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const sent = send(open("syslog", { host: "127.0.0.1", port, transport: "tcp" }), aBatch([3]));
    await expect(sent).rejects.toMatchObject({ failure: "unavailable" });
  });
});

describe("a file", () => {
  const folder = () => join(directory, "acme", "stream");
  const lines = () =>
    readdirSync(folder())
      .sort()
      .flatMap((name) => readFileSync(join(folder(), name), "utf8").split("\n").filter(Boolean));

  it("gets one line for each record, behind the last whole one", async () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), "current.ndjson"), '{"whole":1}\n{"torn":');
    await send(open("file", {}), aBatch([3, 4]));
    expect(lines().map((line) => JSON.parse(line).id ?? "whole")).toEqual(["whole", "e-3", "e-4"]);
  });

  it("keeps every line of a batch while a test is written beside it", async () => {
    const long = { metadata: { long: "x".repeat(100_000) } };
    const [stream, test] = [open("file", { rotate_mib: 100 }), open("file", { rotate_mib: 100 })];
    const written = send(
      stream,
      aBatch(
        Array.from({ length: 40 }, (_, at) => at),
        long,
      ),
    );
    for (let at = 100; at < 120; at++) await send(test, aBatch([at]));
    await written;
    const ids = lines().map((line) => JSON.parse(line).id);
    expect(ids).toEqual(expect.arrayContaining(Array.from({ length: 40 }, (_, at) => `e-${at}`)));
  });

  it("is renamed by its last sequence when it is full, and as many are kept as are set", async () => {
    const sink = open("file", { rotate_mib: 1, keep: 2 });
    const long = { metadata: { long: "x".repeat(150_000) } };
    for (let at = 10; at < 42; at += 8)
      await send(
        sink,
        aBatch(
          [0, 1, 2, 3, 4, 5, 6, 7].map((n) => at + n),
          long,
        ),
      );
    expect(readdirSync(folder()).sort()).toEqual(["0000000000000033.ndjson", "0000000000000041.ndjson"]);
  });

  it("that nobody allows is not written", async () => {
    const destinations = new Destinations([]);
    const parts = {
      streamId: "s",
      organization: "acme",
      destinations,
      clock: CLOCK,
      http: new HttpSender(destinations),
      format: "daybook" as const,
    };
    const none = { signing: [], filesDirectory: undefined, memory: undefined, signNote: async (text: string) => text };
    await expect(send(sinkKindOf("file").open({}, {}, { ...parts, ...none }), aBatch([3]))).rejects.toThrow(
      "--stream-directory",
    );
  });
});
