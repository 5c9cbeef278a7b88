import { afterEach, expect, it, vi } from "vitest";
import { storedChoice } from "./stored-choice.ts";

afterEach(() => vi.unstubAllGlobals());

function storage(initial: Record<string, string> = {}) {
  const kept = new Map(Object.entries(initial));
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, to: string) => kept.set(name, to),
  };
}

it("keeps a choice in the browser, and takes nothing that cannot be chosen for one", () => {
  vi.stubGlobal("localStorage", storage({ side: "sideways" }));
  const side = storedChoice("side", ["left", "right"]);
  expect(side.get()).toBeUndefined();
  side.set("left");
  expect(side.get()).toBe("left");
  expect(storedChoice("side", ["left", "right"]).get()).toBe("left");
});

it("holds until the page is left where the browser stores nothing", () => {
  const blocked = () => {
    throw new DOMException("blocked", "SecurityError");
  };
  vi.stubGlobal("localStorage", { getItem: blocked, setItem: blocked });
  const side = storedChoice("side", ["left", "right"]);
  expect(side.get()).toBeUndefined();
  side.set("right");
  expect(side.get()).toBe("right");
});
