import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { Desk, sqlite } from "./fixture.ts";

const engine = sqlite();
afterAll(() => engine.stop());

it("records a change exactly once whose process was killed between its commit and the log", async () => {
  const location = await engine.location();
  if (!("path" in location)) throw new Error("this test needs a file");
  const script = fileURLToPath(new URL("./crash-child.ts", import.meta.url));
  const node = ["--import", "tsx", "--conditions", "daybook-source", script, location.path];
  const child = spawn(process.execPath, node, { stdio: ["ignore", "pipe", "inherit"] });
  const [offered] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  child.kill("SIGKILL");
  await once(child, "exit");

  const desk = await Desk.open(location);
  expect((await desk.identity.organization("acme"))?.name).toBe("Acme");
  await desk.identity.deliverPending();
  await desk.identity.deliverPending();
  expect(desk.log.map((event) => event.id)).toEqual(JSON.parse(offered));
  expect(desk.acts("acme")).toEqual(["organization.create"]);
  await desk.identity.close();
});
