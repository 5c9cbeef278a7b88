import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Receipt } from "@daybook/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/server.ts";
import { auditEntry, auditExport, type Exported } from "./audit.ts";
import { Book, type Booked, type Sent } from "./book.ts";

/** The oracle of the kill test, shown what it must find. */

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let directory: string;
let book: Book;
/** What a server without fault would hold: four events of acme. */
let stored: { booked: Booked; event: Exported; header: Record<string, unknown>; bodyLine: string }[];

beforeEach(() => {
  directory = temporaryDirectory();
  book = new Book(join(directory, "journal.ndjson"));
  stored = [0, 1, 2, 3].map(record);
});

afterEach(() => {
  book.close();
  rmSync(directory, { recursive: true });
});

function record(sequence: number) {
  const sent: Sent = {
    organization: "acme",
    event: {
      id: `event-${sequence}`,
      timestamp: `2026-11-0${9 - sequence}T00:00:00.000Z`,
      action: "auth.login",
      actor: { type: "user", id: "u1", name: "Zoë" },
      resource: { type: "session" },
      metadata: { marker: `marker-${sequence}` },
    },
  };
  book.sending(sent);
  const { actor, resource, metadata, ...rest } = sent.event;
  const bodyLine = JSON.stringify({ nonce: "n", actor: { name: actor.name }, metadata });
  const header = {
    schema_version: 2,
    sequence,
    recorded_at: `2026-11-22T00:00:0${sequence}.000Z`,
    source: { type: "api_key" as const, id: "k1" },
    tenant_id: "acme",
    outcome: "success" as const,
    ...rest,
    actor: { type: actor.type, id: actor.id },
    resource,
    body_hash: sha256(bodyLine),
  };
  const receipt: Receipt = {
    id: `event-${sequence}`,
    log_id: "log",
    sequence,
    leaf_hash: sha256(`\0${JSON.stringify(header)}`),
    recorded_at: header.recorded_at,
    duplicate: false,
  };
  const { body_hash: _, ...kept } = header;
  const event = { ...kept, actor, metadata, leaf_hash: receipt.leaf_hash } as Exported;
  return { booked: book.receive(sent, receipt), event, header, bodyLine };
}

const exported = () => stored.map(({ event }) => event);
const audit = (events: readonly Exported[]) =>
  auditExport(book, "acme", events.map((event) => `${JSON.stringify(event)}\n`).join(""));
const change = (at: number, fields: Partial<Exported>) =>
  exported().map((event, index) => (index === at ? { ...event, ...fields } : event));

describe("an export", () => {
  it("without fault is found to be without fault", () => {
    expect(audit(exported())).toEqual([]);
  });

  it.each<[string, () => Exported[], RegExp]>([
    ["an acknowledged event that is missing", () => exported().slice(0, 3), /event-3: there 0 times/],
    ["one in the middle that is missing", () => exported().toSpliced(1, 1), /sequence 2 is where 1 is next/],
    ["one that is there twice", () => [...exported(), ...exported().slice(3)], /event-3: there 2 times/],
    [
      "one recorded twice under two ids",
      () => [
        ...exported(),
        { ...(exported()[3] as Exported), id: "again", sequence: 4, timestamp: "2026-11-01T00:00:00.000Z" },
      ],
      /again: the same as another/,
    ],
    ["one that nobody sent", () => change(0, { metadata: { marker: "stranger" } }), /event-0: never sent here/],
    ["another leaf hash", () => change(2, { leaf_hash: "00" }), /event-2: leaf_hash is "00"/],
    [
      "another time of recording",
      () => change(2, { recorded_at: "2026-11-22T00:00:09.000Z" }),
      /event-3 was recorded before/,
    ],
    ["other content", () => change(1, { action: "auth.logout" }), /event-1: action is "auth.logout"/],
    ["another organization's", () => change(1, { tenant_id: "globex" }), /event-1: tenant_id is "globex"/],
    ["an order that is not newest first", () => exported().reverse(), /not newest first/],
  ])("is found to hold %s", (_, events, fault) => {
    expect(audit(events()).join("\n")).toMatch(fault);
  });

  it("is found to lack an acknowledged rename", () => {
    book.rename("acme", "attempted");
    book.rename("acme", "acknowledged");
    expect(audit(exported())).toEqual(["acme: 0 renames recorded of 1 attempted, of which 1 acknowledged"]);
  });
});

describe("an entry", () => {
  const read = (header: unknown, body: string) => {
    const [first] = stored;
    if (!first) throw new Error("nothing was recorded");
    return auditEntry(first.booked, JSON.stringify(first.event), `${JSON.stringify(header)}\n${body}\n`).join("\n");
  };

  it("without fault is found to be without fault", () => {
    expect(read(stored[0]?.header, stored[0]?.bodyLine ?? "")).toBe("");
  });

  it("is found to have another header", () => {
    expect(read({ ...stored[0]?.header, outcome: "failure" }, stored[0]?.bodyLine ?? "")).toMatch(
      /the header's hash is/,
    );
  });

  it("is found to have another body", () => {
    const body = stored[0]?.bodyLine.replace("Zoë", "Zoe") ?? "";
    expect(read(stored[0]?.header, body)).toMatch(/the body's hash is.*\n.*differs from the event/s);
  });
});

describe("the book", () => {
  const again = (fields: Partial<Receipt>) => {
    const [first] = stored;
    if (!first) throw new Error("nothing was recorded");
    const { sent, receipt } = first.booked;
    book.sending(sent);
    book.receive(sent, { ...receipt, duplicate: true, ...fields });
    return book.faults.join("\n");
  };

  it("takes a retry's receipt that is the first one's", () => {
    expect(again({})).toBe("");
  });

  it("finds an id that was recorded a second time", () => {
    expect(again({ duplicate: false })).toMatch(/recorded a second time/);
  });

  it("finds a retry with another receipt", () => {
    expect(again({ sequence: 7 })).toMatch(/another receipt than before/);
  });

  it("finds a first attempt that is called a duplicate", () => {
    const sent: Sent = {
      organization: "acme",
      event: { id: "x", action: "a", actor: { type: "user" }, resource: { type: "t" }, metadata: { marker: "x" } },
    };
    book.sending(sent);
    book.receive(sent, { id: "x", log_id: "log", sequence: 9, leaf_hash: "00", recorded_at: "", duplicate: true });
    expect(book.faults.join()).toMatch(/called a duplicate at its first attempt/);
  });
});
