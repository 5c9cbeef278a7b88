import { describe, expect, it } from "vitest";
import { actingOf, principalFacts } from "./acting.ts";

const ada = { type: "user", id: "usr_1", name: "Ada", email: "ada@example.com", role: "admin" } as const;

describe("who acted for whom", () => {
  it("is not said of who acted on their own authority", () => {
    expect(actingOf(ada)).toBeUndefined();
    expect(principalFacts(ada)).toEqual([]);
  });

  it("tells an agent, and a support person, from the person they act for", () => {
    expect(actingOf({ type: "agent", id: "a", name: "Helper", on_behalf_of: ada })).toEqual({
      who: "Agent Helper",
      forWhom: "for Ada",
    });
    expect(actingOf({ type: "user", name: "Sam", on_behalf_of: ada })).toEqual({ who: "Sam", forWhom: "for Ada" });
  });

  it("falls back on ids, and on what they are", () => {
    const principal = { type: "user", id: "usr_1" } as const;
    expect(actingOf({ type: "api_key", id: "key_1", on_behalf_of: principal })).toEqual({
      who: "API key key_1",
      forWhom: "for usr_1",
    });
    expect(actingOf({ type: "user", on_behalf_of: { ...principal, id: "" } })).toEqual({
      who: "User",
      forWhom: "for User",
    });
  });

  it("is in the details in full", () => {
    expect(principalFacts({ type: "agent", on_behalf_of: ada })).toEqual([
      { label: "On behalf of", value: "Ada, admin", filter: "who", filterFor: "Ada" },
      { label: "On behalf of ID", value: "usr_1", id: true, filter: "on_behalf_of" },
      { label: "On behalf of e-mail", value: "ada@example.com", filter: "who" },
    ]);
    expect(principalFacts({ type: "agent", on_behalf_of: { type: "service", id: "s" } })).toMatchObject([
      { value: "Service" },
      { value: "s" },
    ]);
  });
});
