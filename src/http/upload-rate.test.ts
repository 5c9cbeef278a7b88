import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readBody } from "./body.ts";

/** A request whose body is written by hand. */
function uploading(headers: Record<string, string> = {}) {
  const body = new PassThrough();
  return { body, incoming: Object.assign(body, { headers, complete: false }) as unknown as IncomingMessage };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a body", () => {
  it("of one byte a minute is given up after ten seconds", async () => {
    const { body, incoming } = uploading();
    const read = expect(readBody(incoming)).rejects.toMatchObject({ code: "too_slow", status: 408 });
    body.write("x");
    await vi.advanceTimersByTimeAsync(9_000);
    expect(body.listenerCount("data")).toBe(1);
    await vi.advanceTimersByTimeAsync(3_000);
    await read;
    // Left for the answer to be sent.
    expect(body.destroyed).toBe(false);
  });

  it("of 8 KiB a second is read to its end", async () => {
    const { body, incoming } = uploading();
    const read = readBody(incoming);
    for (let second = 0; second < 60; second++) {
      body.write(Buffer.alloc(8 * 1024));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    body.end();
    await vi.advanceTimersByTimeAsync(1);
    expect((await read).length).toBe(60 * 8 * 1024);
  });

  it("whose sender left before it was read is not waited for", async () => {
    const { body, incoming } = uploading();
    body.destroy();
    await expect(readBody(incoming)).rejects.toMatchObject({ code: "invalid_encoding" });
  });

  it("asks before it keeps more than was allowed", async () => {
    const { body, incoming } = uploading();
    const allow = vi.fn((bytes: number) => {
      if (bytes > 100) throw new Error("no more");
    });
    const read = expect(readBody(incoming, { allowed: 10, allow })).rejects.toThrow("no more");
    body.write(Buffer.alloc(20));
    body.write(Buffer.alloc(20));
    body.write(Buffer.alloc(20));
    await vi.advanceTimersByTimeAsync(1);
    await read;
    expect(allow.mock.calls).toEqual([[40], [120]]);
  });
});
