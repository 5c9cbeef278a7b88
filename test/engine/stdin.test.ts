import { expect, it, onTestFinished } from "vitest";
import { anEvent, type Results } from "../support/events.ts";
import { ServerProcess } from "../support/server.ts";

it("ignores what is piped into the server: the engine would append it to the rows of an INSERT", async () => {
  const server = await ServerProcess.start({ stdin: "these lines\nare not rows\n[1]\n" });
  onTestFinished(() => server.remove());
  const key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  const sent = Array.from({ length: 20 }, (_, i) => anEvent({ id: `e-${i}`, actor: { type: "user", id: `u-${i}` } }));
  const { results } = (await (await server.post(key, sent)).json()) as Results;
  await server.searchable(key, results.at(-1)?.sequence ?? 0);
  const page = await server.fetch("/v1/events?action=channel.create", {}, key);
  expect(await page.json()).toMatchObject({ total: { value: 20, relation: "eq" } });
  expect(server.output()).not.toContain("search: waiting");
});
