import { describe, expect, it } from "vitest";
import { loggedEvent } from "../audit-logs/event/event.fixture.ts";
import { differingFields } from "./differing-fields.ts";

const {
  texts: _texts,
  leaf_hash: _leaf,
  ...event
} = loggedEvent({
  actor: {
    type: "agent",
    id: "a",
    name: "Helper",
    on_behalf_of: { type: "user", id: "u", name: "Ada", email: "ada@example.com", role: "admin" },
  },
  targets: [
    { type: "t", id: "1" },
    { type: "t", name: "Two" },
  ],
  context: { ip_text: "unknown", user_agent: "curl" },
  metadata: { n: 1 },
});
const { context, metadata, ...kept } = event;
const header = {
  ...kept,
  actor: { type: "agent", id: "a", on_behalf_of: { type: "user", id: "u", role: "admin" } },
  targets: [{ type: "t", id: "1" }, { type: "t" }],
  body_hash: "00",
};
const body = {
  nonce: "n",
  actor: { name: "Helper", on_behalf_of: { name: "Ada", email: "ada@example.com" } },
  target_names: [null, "Two"],
  context,
  metadata,
};
const shown = (part: object) => loggedEvent({ ...event, ...part });

describe("an event beside its entry", () => {
  it("does not differ when it says what header and body say together", () => {
    expect(differingFields(shown({}), header, body)).toEqual([]);
  });

  it("differs in every field that says something else", () => {
    const principal = event.actor.on_behalf_of;
    for (const [name, value] of [
      ["actor", { ...event.actor, name: "Other" }],
      ["actor", { ...event.actor, on_behalf_of: { ...principal, id: "v" } }],
      ["actor", { ...event.actor, on_behalf_of: { ...principal, name: "Eve" } }],
      [
        "targets",
        [
          { type: "t", id: "1" },
          { type: "t", name: "Three" },
        ],
      ],
      ["targets", undefined],
      ["context", { user_agent: "curl" }],
      ["clock_at", "2026-11-22T11:00:00.000Z"],
      ["metadata", { n: 2 }],
    ] as const) {
      expect(differingFields(shown({ [name]: value }), header, body)).toEqual([name]);
    }
  });

  it("differs where it says what an erased body held", () => {
    expect(differingFields(shown({}), header)).toEqual(["actor", "targets", "context", "metadata"]);
  });

  it("differs when a body contradicts its header", () => {
    const forged = { ...body, action: "x", actor: { ...body.actor, id: "b" } };
    expect(differingFields(shown({ actor: { ...event.actor, id: "b" } }), header, forged)).toEqual(["actor"]);
  });
});
