import * as zlib from "node:zlib";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { anEvent, type Problem, type Results } from "../../support/events.ts";
import { send } from "./fixture.ts";

/** Bodies, their types and encodings. */
export function bodies(): void {
  describe("a body is taken for what it is", () => {
    const one = (id: string) => JSON.stringify(anEvent({ id }));
    const lines = (...ids: string[]) => `${ids.map(one).join("\n")}\n`;
    const post = async (type: string, body: string | Uint8Array, headers: Record<string, string> = {}) => {
      const answer = await send({
        method: "POST",
        path: "/v1/events",
        headers: { "content-type": type, ...headers },
        body,
      });
      return { ...answer, ...(JSON.parse(answer.body) as Results & Problem) };
    };

    it.each([
      ...[
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonl",
        "application/jsonlines",
      ],
      ...["application/x-jsonlines", "Application/NDJSON; charset=UTF-8", 'application/x-ndjson;charset="utf-8"'],
    ])("lines as %s", async (type) => {
      expect(await post(type, lines("l1", "l2"))).toMatchObject({ status: 201, results: [{ id: "l1" }, { id: "l2" }] });
    });

    it.each<[what: string, body: () => string, ids: string[]]>([
      ["two lines", () => lines("m1", "m2"), ["m1", "m2"]],
      ["lines with CRLF", () => lines("m3", "m4").replaceAll("\n", "\r\n"), ["m3", "m4"]],
      ["lines with blank ones between", () => `\n${one("m5")}\n\n  ${one("m6")}`, ["m5", "m6"]],
      ["one line", () => lines("m7"), ["m7"]],
    ])("NDJSON that is called JSON: %s", async (_, body, ids) => {
      expect(await post("application/json", body())).toMatchObject({ status: 201, results: ids.map((id) => ({ id })) });
    });

    it("an object over several lines stays one, and two without a line end between stay none", async () => {
      expect(await post("application/json", JSON.stringify(JSON.parse(one("p1")), null, 2))).toMatchObject({
        status: 201,
        results: [{ id: "p1" }],
      });
      expect(await post("application/json", `${one("p2")}${one("p3")}`)).toMatchObject({
        status: 400,
        code: "invalid_json",
      });
      expect(await post("application/json", `${one("p2")},\n${one("p3")}`)).toMatchObject({
        status: 400,
        code: "invalid_json",
      });
    });

    it.each([
      ["gzip", gzipSync],
      ["x-gzip", gzipSync],
      ["X-GZIP", gzipSync],
      ["deflate", deflateSync],
      ["br", brotliCompressSync],
      ["identity", (bytes: Uint8Array) => bytes],
    ])("compressed as %s", async (encoding, compress) => {
      const id = `c-${encoding}`;
      expect(
        await post("application/json", compress(Buffer.from(one(id))), { "content-encoding": encoding }),
      ).toMatchObject({ status: 201, results: [{ id }] });
      if (encoding === "identity") return;
      const refused = { status: 400, code: "invalid_encoding" };
      const whole = compress(Buffer.from(one(`${id}-whole`)));
      for (const body of [whole.subarray(0, -1), Buffer.concat([whole, Buffer.from("junk")])]) {
        expect(await post("application/json", body, { "content-encoding": encoding })).toMatchObject(refused);
      }
      // What follows is read or refused, never dropped.
      const lines = [`${id}-1`, `${id}-2`].map((line) => compress(Buffer.from(`${one(line)}\n`)));
      const two = await post("application/x-ndjson", Buffer.concat(lines), { "content-encoding": encoding });
      const isGzip = /gzip/i.test(encoding);
      expect(two).toMatchObject(isGzip ? { status: 201, results: [{ id: `${id}-1` }, { id: `${id}-2` }] } : refused);
    });

    it("compressed as zstd where this Node has it, and otherwise refused with what is taken", async () => {
      const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer };
      const body = zstdCompressSync?.(Buffer.from(one("c-zstd"))) ?? one("c-zstd");
      const answer = await post("application/json", body, { "content-encoding": "zstd" });
      if (zstdCompressSync !== undefined) expect(answer).toMatchObject({ status: 201, results: [{ id: "c-zstd" }] });
      else
        expect(answer).toMatchObject({
          status: 415,
          detail: "The content encoding must be one of gzip, deflate, br, or none.",
        });
    });

    it.each([
      ["application/cloudevents+json", /CloudEvents are not taken. Send what is in data, as application\/json/],
      ["application/cloudevents-batch+json; charset=utf-8", /CloudEvents are not taken/],
      ["application/cloudevents+avro", /CloudEvents are not taken/],
      ["text/plain", /must be application\/json or application\/x-ndjson/],
      ["application/vnd.api+json", /must be application\/json or application\/x-ndjson/],
      ["application/json; charset=iso-8859-1", /charset must be utf-8/],
      ["application/x-ndjson; charset=utf-16le", /charset must be utf-8/],
    ])("as %s it is refused with what is taken", async (type, detail) => {
      expect(await post(type, one("refused"))).toMatchObject({
        status: 415,
        code: "unsupported_media_type",
        detail: expect.stringMatching(detail),
      });
    });

    it.each(["compress", "gzip, deflate", "gzip, gzip", "aws-chunked", "utf-8", "none"])(
      "encoded as %s it is refused with what is taken",
      async (encoding) => {
        expect(await post("application/json", one("refused"), { "content-encoding": encoding })).toMatchObject({
          status: 415,
          detail: expect.stringMatching(/must be one of gzip, deflate, br(, zstd)?, or none/),
        });
      },
    );
  });
}
