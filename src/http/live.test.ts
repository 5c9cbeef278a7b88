import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { DaybookError } from "../errors.ts";
import type { LiveEvents } from "../read/live.ts";
import { frames } from "./live.ts";

it("gives a slow reader nothing more once they may not read, of what was found already either", async () => {
  async function* found(): AsyncGenerator<LiveEvents> {
    const events = [1, 2, 3].map((position) => ({ position, json: "{}" }));
    yield { events, newAddresses: new Set(), through: 3 };
  }
  let revoked = false;
  const mayStillRead = async () => {
    if (revoked) throw new DaybookError("unauthenticated", "The API key is not valid.");
  };
  const stream = frames(found(), 1, mayStillRead, new AbortController().signal);
  await stream.next();
  expect((await stream.next()).value).toContain("id: 1\n");
  revoked = true;
  // Slowly: it is asked once a second.
  await pause(1_050);
  await expect(stream.next()).rejects.toMatchObject({ code: "unauthenticated" });
});
