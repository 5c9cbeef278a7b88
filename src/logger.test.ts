import { once } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.ts";

function written(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const stream = new PassThrough();
  write(createLogger(stream));
  return String(stream.read());
}

describe("the server's own log", () => {
  it("is one JSON object a line, whatever is in it", () => {
    const text = 'a\r\n{"level":"error"}\u001b[31m\u007f\u009b2J\u0085\u2028\u2029"\\ é';
    const line = written((logger) => logger.warn(text, { [text]: text }));
    expect(line.endsWith("\n")).toBe(true);
    // Nothing that ends a line, or that a terminal obeys.
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(JSON.parse(line)).toEqual({ time: expect.any(String), level: "warn", message: text, [text]: text });
  });

  it("counts the lines that could not be written", async () => {
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) });
    const failed = once(broken, "error");
    const logger = createLogger(broken);
    logger.info("one");
    await failed;
    expect(logger.lost).toBe(1);
  });

  it("tells an error with its stack and what caused it", () => {
    const error = new Error("outer", { cause: new TypeError("inner") });
    const { error: logged } = JSON.parse(written((logger) => logger.error("failed", { error }))) as { error: string };
    expect(logged).toMatch(/^Error: outer\n\s+at [\s\S]+\ncaused by TypeError: inner\n\s+at /);
  });
});
