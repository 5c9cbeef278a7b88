import { createHash } from "node:crypto";
import type { Event, Receipt } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { parseCsv } from "../support/csv.ts";
import { anEvent } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
});
afterAll(() => server.remove());

async function record(text: string): Promise<Receipt> {
  const response = await server.post(key, text);
  expect(response.status).toBe(201);
  return ((await response.json()) as { results: Receipt[] }).results[0] as Receipt;
}

const text = async (path: string) => (await server.fetch(path, {}, key)).text();
const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

/** As a caller writes them, and as they are kept: the same order, the same nulls, the same text of every number. */
const METADATA =
  '{ "b": null, "10": 1.0, "2": [ {"1": -0.12345678901234567E-3, "0": null} ], "a": { "z": [], "-1": {} }, "\\u0031": "\\u00e9\\n", "": "x" }';
const METADATA_KEPT =
  '{"b":null,"10":1.0,"2":[{"1":-0.12345678901234567E-3,"0":null}],"a":{"z":[],"-1":{}},"1":"é\\n","":"x"}';
const CHANGES = '[ {"path": "p", "before": {"9": null, "1": 1}, "after": null}, {"after": 2, "path": "q"} ]';
const CHANGES_KEPT = '[{"path":"p","before":{"9":null,"1":1},"after":null},{"after":2,"path":"q"}]';

const sent = (id: string) =>
  `{"id":"${id}","action":"a","actor":{"type":"user"},"resource":{"type":"x"},"metadata":${METADATA},"changes":${CHANGES}}`;

describe("the order of keys in changes and metadata, their nulls and numbers", () => {
  beforeAll(async () => {
    await record(sent("order"));
    await server.caughtUp(key);
  });
  const kept = `,"changes":${CHANGES_KEPT},"metadata":${METADATA_KEPT}}`;

  it("stay in one event", async () => {
    expect((await text("/v1/events/order")).endsWith(kept)).toBe(true);
  });

  it("stay in the list, which holds the very same text", async () => {
    const one = await text("/v1/events/order");
    expect(await text("/v1/events?action=a")).toContain(`{"data":[${one}],"next_cursor":null`);
  });

  it("stay in an NDJSON export, line for line the same", async () => {
    expect(await text("/v1/events/export?format=ndjson&action=a")).toBe(`${await text("/v1/events/order")}\n`);
  });

  it("stay in the cells of a CSV export", async () => {
    const [header = [], row = []] = parseCsv(await text("/v1/events/export?format=csv&action=a"));
    expect(row[header.indexOf("metadata")]).toBe(METADATA_KEPT);
    expect(row[header.indexOf("changes")]).toBe(CHANGES_KEPT);
  });

  it("stay in the entry", async () => {
    const [, body] = (await text("/v1/events/order/entry")).split("\n");
    expect(body?.endsWith(kept)).toBe(true);
  });
});

describe("an entry", () => {
  it("is two lines: a header that hashes to the leaf hash, and a body that hashes to what the header says", async () => {
    const event = anEvent({
      id: "entry-1",
      actor: {
        type: "agent",
        id: "a1",
        name: "Helper",
        on_behalf_of: { type: "user", id: "u1", name: "Ada", email: "ada@acme.example", role: "admin" },
      },
      resource: { type: "doc", id: "d1", name: "Plans" },
      targets: [
        { type: "folder", id: "f1" },
        { type: "folder", id: "f2", name: "Old" },
      ],
      description: "Opened",
      context: { ip: "192.0.2.1" },
    });
    const receipt = await record(JSON.stringify(event));
    const response = await server.fetch("/v1/events/entry-1/entry", {}, key);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const bytes = Buffer.from(await response.arrayBuffer());
    const lines = bytes.toString("utf8").split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe("");
    const [header = "", body = ""] = lines;
    expect(sha256(Buffer.from([0]), header)).toBe(receipt.leaf_hash);
    expect(JSON.parse(header)).toEqual({
      schema_version: 2,
      sequence: receipt.sequence,
      recorded_at: receipt.recorded_at,
      source: { type: "api_key", id: expect.any(String) },
      id: "entry-1",
      timestamp: receipt.recorded_at,
      tenant_id: "acme",
      action: "channel.create",
      outcome: "success",
      actor: { type: "agent", id: "a1", on_behalf_of: { type: "user", id: "u1", role: "admin" } },
      resource: { type: "doc", id: "d1" },
      targets: [
        { type: "folder", id: "f1" },
        { type: "folder", id: "f2" },
      ],
      body_hash: sha256(body),
    });
    expect(JSON.parse(body)).toEqual({
      nonce: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      actor: { name: "Helper", on_behalf_of: { name: "Ada", email: "ada@acme.example" } },
      resource: { name: "Plans" },
      target_names: [null, "Old"],
      description: "Opened",
      context: { ip: "192.0.2.1" },
    });
  });

  it("says nothing of a person in the part that is there for ever, but an opaque id", async () => {
    await record(
      JSON.stringify(
        anEvent({
          id: "entry-2",
          actor: { type: "user", id: "u", name: "NAME", email: "MAIL" },
          context: { ip: "192.0.2.9" },
        }),
      ),
    );
    const [header] = (await text("/v1/events/entry-2/entry")).split("\n");
    for (const personal of ["NAME", "MAIL", "192.0.2.9"]) expect(header).not.toContain(personal);
  });

  it("of equal content is never equal, so that no body can be guessed from its hash", async () => {
    const bodies = new Set<string>();
    for (const id of ["nonce-1", "nonce-2"]) {
      await record(JSON.stringify(anEvent({ id })));
      bodies.add((await text(`/v1/events/${id}/entry`)).split("\n")[1] ?? "");
    }
    expect(bodies.size).toBe(2);
  });

  it("of every event of the system itself is there too, and says who delivered it", async () => {
    const { data } = JSON.parse(await text("/v1/events?action=api_key.create")) as { data: Event[] };
    for (const { id, leaf_hash } of data) {
      const [header = ""] = (await text(`/v1/events/${id}/entry`)).split("\n");
      expect(sha256(Buffer.from([0]), header)).toBe(leaf_hash);
      expect(JSON.parse(header)).toMatchObject({ source: { type: "daybook" } });
    }
    expect(data.length).toBeGreaterThan(0);
  });
});

describe("what is acknowledged", () => {
  it("can be read at once, before search has seen it", async () => {
    const { id } = await record(JSON.stringify(anEvent()));
    expect((await server.fetch(`/v1/events/${id}`, {}, key)).status).toBe(200);
  });

  it("is found by search once that has caught up", async () => {
    const { id } = await record(JSON.stringify(anEvent({ action: "soon.of" })));
    await server.caughtUp(key);
    expect(JSON.parse(await text("/v1/events?action=soon.of"))).toMatchObject({ data: [{ id }] });
  });
});

describe("empty text", () => {
  it("is not the same as none, wherever an event is read", async () => {
    await record(
      JSON.stringify(
        anEvent({
          id: "empty",
          action: "empty.of",
          description: "",
          actor: { type: "user", id: "" },
          context: { user_agent: "" },
        }),
      ),
    );
    await server.caughtUp(key);
    const one = JSON.parse(await text("/v1/events/empty")) as Event;
    const [listed] = (JSON.parse(await text("/v1/events?action=empty.of")) as { data: Event[] }).data;
    expect(listed).toEqual(one);
    expect(one).toMatchObject({ description: "", actor: { id: "" }, context: { user_agent: "" } });
    expect(one.actor).not.toHaveProperty("name");
    expect(JSON.parse(await text("/v1/events?actor_id=zzz&action=empty.of"))).toMatchObject({ data: [] });
  });
});
