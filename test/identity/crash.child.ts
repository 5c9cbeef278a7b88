import { openIdentity } from "../../src/identity/identity.ts";
import type { Location } from "./fixture.ts";

/** Commits a change and then waits for a log that never answers; its parent kills it there. */
const [, , location = ""] = process.argv;
const identity = await openIdentity({
  ...(JSON.parse(location) as Location),
  publicUrl: "http://localhost:4600",
  deliver: (events) => {
    process.stdout.write(`${JSON.stringify(events.map((event) => event.id))}\n`);
    return new Promise(() => setInterval(() => {}, 1_000));
  },
});
const origin = { ip: undefined, userAgent: undefined, requestId: "crash" };
await identity.putOrganization("acme", "Acme", { type: "system" }, origin);
