import { expect, it, onTestFinished } from "vitest";
import { Alerts, type AlertsParts } from "./alerts.ts";
import type { Watched } from "./definition.ts";

const WATCHED = { condition: { type: "match" }, filter: {}, organizations: "own" } as unknown as Watched;

/** Alerts whose previews wait for the tree until their caller leaves, and the organizations that are being previewed. */
function previewing() {
  const begun: string[] = [];
  const tree = {
    size: () => 0,
    covered: (organization: string, _: number, signal: AbortSignal) =>
      new Promise((_, reject) => {
        begun.push(organization);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  };
  const parts = {
    identity: { organization: async () => undefined },
    past: { log: { size: () => 1, end: 1 }, tree },
    countryOf: () => undefined,
    now: () => Date.now(),
  } as unknown as AlertsParts;
  const alerts = new Alerts(parts);
  const callers: AbortController[] = [];
  onTestFinished(() => {
    for (const caller of callers) caller.abort();
  });
  const ask = (organization: string) => {
    const caller = new AbortController();
    callers.push(caller);
    alerts.preview(organization, WATCHED, caller.signal).catch(() => undefined);
    return caller;
  };
  return { begun, ask };
}

it("previews for one organization at a time, and for another beside it", async () => {
  const { begun, ask } = previewing();
  const [first] = ["acme", "acme", "acme", "globex", "initech"].map(ask);
  await expect.poll(() => begun).toEqual(["acme", "globex"]);
  first?.abort();
  await expect.poll(() => begun.length).toBe(3);
  expect(begun).toEqual(["acme", "globex", expect.stringMatching(/acme|initech/)]);
});

it("forgets a preview whose caller left before it began", async () => {
  const { begun, ask } = previewing();
  const [first, second] = ["acme", "acme"].map(ask);
  await expect.poll(() => begun).toEqual(["acme"]);
  second?.abort();
  first?.abort();
  ask("globex");
  await expect.poll(() => begun).toEqual(["acme", "globex"]);
});
