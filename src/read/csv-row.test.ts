import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryEvent } from "../../test/support/arbitrary-event.ts";
import { ByteWriter } from "../event/byte-writer.ts";
import { decodeEntry, encodeEntry, type Placement } from "../event/codec.ts";
import { readEvent } from "../event/validate.ts";
import { csvRow } from "./csv.ts";
import { FORMULA_STARTS } from "./csv-cell.ts";
import { writeCsvRow } from "./csv-row.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

const source = fc.constantFrom<Placement["source"]>({ type: "daybook" }, { type: "api_key", id: "k1" });

/** Texts with what CSV, JSON and spreadsheets treat in a way of their own. */
const oddText = fc
  .array(fc.oneof(fc.constantFrom(...FORMULA_STARTS, '"', ",", "\\", "\u2028", "é", "🙂", "＝x"), fc.string()), {
    maxLength: 4,
  })
  .map((parts) => parts.join(""));

/** A generated event with odd texts in place of some of its own. */
const oddEvent = fc
  .tuple(arbitraryEvent, fc.record({ description: oddText, id: oddText, name: oddText, user_agent: oddText }))
  .map(([event, { description, id, name, user_agent }]) => ({
    ...event,
    description,
    actor: { ...event.actor, id, name },
    context: { ...(event.context ?? { ip: "::1" }), user_agent },
  }));

function encoded(input: object, place: Pick<Placement, "source" | "sequence"> & { clock: number }) {
  const text = JSON.stringify(input);
  const event = readEvent(text, JSON.parse(text), NOW);
  return encodeEntry(event, { id: "e1", organization: "acme", recordedAt: NOW, ...place });
}

function written(header: Uint8Array, body: Uint8Array | undefined, raw: boolean): string {
  const to = new ByteWriter();
  writeCsvRow(to, header, body, "ff", raw);
  return Buffer.from(to.take()).toString("utf8");
}

it("writes from the stored bytes what it would write from the decoded event", () => {
  const clock = fc.constantFrom(NOW, NOW - 5_000);
  const place = fc.record({ source, sequence: fc.nat(), clock });
  fc.assert(
    fc.property(fc.oneof(arbitraryEvent, oddEvent), place, fc.boolean(), (input, at, raw) => {
      const { header, body } = encoded(input, at);
      expect(written(header, body, raw)).toBe(csvRow(decodeEntry(header, body), "ff", raw));
      expect(written(header, undefined, raw)).toBe(csvRow(decodeEntry(header, undefined), "ff", raw));
    }),
    { numRuns: 2000 },
  );
});

it("decodes an entry that is laid out otherwise", () => {
  const { header, body } = encoded(
    { action: "a", actor: { type: "user", id: "=u" }, resource: { type: "r" } },
    { source: { type: "daybook" }, sequence: 7, clock: NOW },
  );
  const { actor, ...rest } = JSON.parse(Buffer.from(header).toString());
  const moved = Buffer.from(JSON.stringify({ ...rest, actor }));
  expect(written(moved, body, false)).toBe(written(header, body, false));
});

it("writes rows one after the other into memory that grows", () => {
  const { header, body } = encoded(
    { action: "a", actor: { type: "user" }, resource: { type: "r" }, description: '",'.repeat(5_000) },
    { source: { type: "daybook" }, sequence: 7, clock: NOW },
  );
  const to = new ByteWriter();
  for (let row = 0; row < 3; row++) writeCsvRow(to, header, body, "ff", false);
  expect(Buffer.from(to.take()).toString("utf8")).toBe(written(header, body, false).repeat(3));
});
