import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DaybookError } from "../errors.ts";
import { encodeFields, type Placement } from "../event/codec.ts";
import { fieldsOf } from "../event/event-fields.ts";
import { readWithWarnings } from "../event/validate.ts";
import { readSentEvents, type SentEvent } from "./sent-events.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const OPTIONS = { now: NOW, tenantRequired: false };
const PLACE: Placement = {
  id: "e",
  organization: "acme",
  source: { type: "api_key", id: "k" },
  sequence: 0,
  recordedAt: NOW,
};
const JSON_TYPE = "application/json; charset=utf-8";
const NDJSON_TYPE = "application/x-ndjson";

const minimal = { action: "a.b", actor: { type: "user", id: "u" }, resource: { type: "t" } };
const value = fc.oneof(
  fc.record(
    {
      action: fc.constantFrom("a.b", "é", 7),
      actor: fc.constant({ type: "user", id: "ada@example.com" }),
      resource: fc.constant({ type: "t", name: 'ß "quoted" \\' }),
      metadata: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
      description: fc.string({ unit: "grapheme" }),
    },
    { requiredKeys: ["action", "actor", "resource"] },
  ),
  fc.constant(minimal),
  fc.jsonValue(),
);

const reported = (error: unknown) =>
  error instanceof DaybookError ? [error.code, error.message, error.errors] : error;

/** What a sender learns and what is stored, but for what is random. */
function essence(sent: SentEvent): unknown {
  if ("error" in sent) return { error: reported(sent.error), id: sent.id };
  const { header, body } = encodeFields(sent.event, PLACE);
  const [head, rest] = [header, body].map((bytes) =>
    Buffer.from(bytes)
      .toString()
      .replace(/"(nonce|body_hash)":"[^"]*"/, ""),
  );
  return { head, rest, warnings: sent.warnings };
}

function exactly(one: unknown): unknown {
  const text = JSON.stringify(one);
  try {
    const { event, warnings } = readWithWarnings(text, JSON.parse(text), NOW);
    return essence({ event: fieldsOf(event), warnings });
  } catch (error) {
    return { error: reported(error), id: (one as { id?: unknown } | null)?.id };
  }
}

describe("the events of a request", () => {
  it("are those of the array or of the lines, each read as if it came alone", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { maxLength: 4 }),
        fc.constantFrom(0, 1, "\t"),
        fc.constantFrom("", " \r\n"),
        async (values, indent, space) => {
          const expected = values.map(exactly);
          const array = `${space}${JSON.stringify(values, null, indent)}${space}`;
          const { single, events } = await readSentEvents(JSON_TYPE, Buffer.from(array), OPTIONS);
          expect([single, events.map(essence)]).toEqual([false, expected]);
          const lines = values.map((one) => `${JSON.stringify(one)}${space}\n`).join("");
          const read = await readSentEvents(NDJSON_TYPE, Buffer.from(lines), OPTIONS);
          expect(read.events.map(essence)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("are one where the body is one, whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(
        value.filter((one) => !Array.isArray(one)),
        async (one) => {
          const { single, events } = await readSentEvents(JSON_TYPE, Buffer.from(` ${JSON.stringify(one)}`), OPTIONS);
          expect([single, events.map(essence)]).toEqual([true, [exactly(one)]]);
        },
      ),
    );
  });

  it("are refused together exactly where the body is not well-formed JSON", async () => {
    const text = JSON.stringify([minimal, { ...minimal, metadata: { a: [1, "x\\y", null] } }, 1, "s"]);
    const edit = fc.record({
      at: fc.nat({ max: text.length }),
      remove: fc.nat({ max: 2 }),
      insert: fc.constantFrom("", " ", ",", "[", "]", "{", "}", '"', "\\", "1", "x"),
    });
    await fc.assert(
      fc.asyncProperty(edit, async ({ at, remove, insert }) => {
        const changed = text.slice(0, at) + insert + text.slice(at + remove);
        const read = readSentEvents(JSON_TYPE, Buffer.from(changed), OPTIONS);
        let parsed: unknown;
        try {
          parsed = JSON.parse(changed);
        } catch {
          await expect(read).rejects.toMatchObject({ code: "invalid_json" });
          return;
        }
        expect((await read).events).toHaveLength(Array.isArray(parsed) ? parsed.length : 1);
      }),
      { numRuns: 2000 },
    );
  });

  it("can begin with a byte order mark, and be nested as deep as 200,000 levels in one of them", async () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    const text = `\ufeff[${JSON.stringify(minimal)},${deep},${JSON.stringify(minimal)}]`;
    const { events } = await readSentEvents(JSON_TYPE, Buffer.from(text), OPTIONS);
    expect(events.map((event) => "error" in event)).toEqual([false, true, false]);
  });

  it("are at most as many as a request can hold", async () => {
    const many = (count: number) => Buffer.from(JSON.stringify(Array(count).fill(minimal)));
    expect((await readSentEvents(JSON_TYPE, many(1000), OPTIONS)).events).toHaveLength(1000);
    await expect(readSentEvents(JSON_TYPE, many(1001), OPTIONS)).rejects.toMatchObject({ code: "too_many_events" });
  });

  it("are not UTF-8 as a whole, or line by line", async () => {
    const bad = Buffer.concat([Buffer.from(`${JSON.stringify(minimal)}\n"`), Buffer.of(0xff), Buffer.from('"')]);
    await expect(readSentEvents(JSON_TYPE, bad, OPTIONS)).rejects.toMatchObject({ code: "invalid_utf8" });
    const { events } = await readSentEvents(NDJSON_TYPE, bad, OPTIONS);
    expect(events.map((event) => ("error" in event ? reported(event.error) : "read"))).toEqual([
      "read",
      ["invalid_utf8", expect.any(String), []],
    ]);
  });
});
