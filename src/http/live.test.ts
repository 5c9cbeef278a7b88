import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { DaybookError } from "../errors.ts";
import type { LiveEvents } from "../read/live.ts";
import { frames } from "./live.ts";

const at = (value: number) => ({ by: "sequence" as const, value });

it("gives a slow reader nothing more once they cannot read, of what was found already either", async () => {
  async function* found(): AsyncGenerator<LiveEvents> {
    // Short events are sent together.
    const json = JSON.stringify({ description: "d".repeat(60_000) });
    const events = [1, 2, 3].map((value) => ({ at: at(value), json }));
    yield { events, newAddresses: new Set(), firstSightings: new Map(), through: at(3) };
  }
  let revoked = false;
  const mayStillRead = async () => {
    if (revoked) throw new DaybookError("unauthenticated", "The API key is not valid.");
  };
  const { signal } = new AbortController();
  const stream = frames(found(), {
    after: at(0),
    idOf: ({ value }) => `log:${value}`,
    mayStillRead,
    turn: () => undefined,
    signal,
  });
  await stream.next();
  expect(String((await stream.next()).value)).toContain("id: log:1\n");
  revoked = true;
  // Slowly: it is asked once a second.
  await pause(1_050);
  await expect(stream.next()).rejects.toMatchObject({ code: "unauthenticated" });
});
