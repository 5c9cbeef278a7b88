import { expect, it } from "vitest";
import { awaitsFirstEvent } from "./awaits-first-event.ts";

const own = { source: { type: "daybook" } } as const;
const sent = { source: { type: "api_key", id: "k1" } } as const;
const exactly = (value: number) => ({ value, relation: "eq" }) as const;

it("holds while Daybook's own events are all there is, also where there is none", () => {
  expect(awaitsFirstEvent({ events: [own, own], total: exactly(2), stale: false })).toBe(true);
  expect(awaitsFirstEvent({ events: [], total: exactly(0), stale: false })).toBe(true);
});

it("ends with the first event of an application", () => {
  expect(awaitsFirstEvent({ events: [sent, own], total: exactly(2), stale: false })).toBe(false);
});

it("does not hold where it cannot be known", () => {
  expect(awaitsFirstEvent({ events: [own], total: exactly(2), stale: false })).toBe(false);
  expect(awaitsFirstEvent({ events: [own], total: { value: 1, relation: "gte" }, stale: false })).toBe(false);
  expect(awaitsFirstEvent({ events: [own], total: exactly(1), stale: true })).toBe(false);
  expect(awaitsFirstEvent({ events: [], total: undefined, stale: false })).toBe(false);
});
