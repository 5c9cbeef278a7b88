import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cookieOf } from "../support/console-session.ts";
import { copyOfSources, Dev } from "./dev.ts";

const HEALTH = "src/http/health.ts";
/** A hundred requests while a server restarts; without a pause they take a core from what they wait for. */
const ASK_AGAIN_MS = 20;
const FROM_CONSOLE = { "content-type": "application/json", "sec-fetch-site": "same-origin" };

let dev: Dev;
let url: string;
let cookie: string;

beforeAll(async () => {
  dev = Dev.run(copyOfSources());
  url = await dev.url();
});

afterAll(() => dev.remove());

/** Has the health route answer with an expression. */
function change(answer: string): void {
  const source = dev.read(HEALTH);
  const changed = source.replace(/async \(\{ c \}\) => .*,\n/, `async ({ c }) => ${answer},\n`);
  expect(changed).not.toBe(source);
  writeFileSync(join(dev.root, HEALTH), changed);
}

function answering(text: string): string {
  return `c.text("${text}")`;
}

/** Asks again and again until the answer is as wanted. @returns every status on the way. */
async function askUntil(wanted: (status: number, body: string) => boolean): Promise<number[]> {
  const statuses: number[] = [];
  for (;;) {
    const response = await fetch(`${url}/healthz`);
    statuses.push(response.status);
    if (wanted(response.status, await response.text())) return statuses;
    await pause(ASK_AGAIN_MS);
  }
}

it("prints a link that signs in", async () => {
  const [, token = ""] = await dev.prints(/#token=(\S+)/);
  const response = await fetch(`${url}/v1/session`, {
    method: "POST",
    headers: FROM_CONSOLE,
    body: JSON.stringify({ token }),
  });
  expect(response.status).toBe(201);
  cookie = cookieOf(response);
  expect(cookie).toMatch(/^__Host-/);
});

it("answers a page of the console with the server's headers and Vite's scripts", async () => {
  const response = await fetch(`${url}/settings/organization/audit-logs`);
  const nonce = /nonce="([^"]+)"/.exec(await response.text())?.[1];
  expect(response.headers.get("content-security-policy")).toContain(`script-src 'self' 'nonce-${nonce}';`);
  expect(response.headers.get("x-frame-options")).toBe("DENY");
  expect((await fetch(`${url}/v1/nothing`)).status).toBe(404);
});

it("gives no file out but those of the console", async () => {
  const path = join(dev.root, "data-dev", "run", "server.json");
  expect(existsSync(path)).toBe(true);
  for (const address of [`/@fs${path}`, `/@fs${path}?raw`, `/@fs${join(dev.root, "package.json")}?raw`]) {
    expect((await fetch(url + address)).status).toBe(403);
  }
});

it("refuses a change that comes from another site", async () => {
  const headers = { ...FROM_CONSOLE, "sec-fetch-site": "cross-site", cookie };
  const response = await fetch(`${url}/v1/session`, { method: "DELETE", headers });
  expect(await response.json()).toMatchObject({ code: "origin_mismatch" });
});

it("answers with a changed server file, and no request fails meanwhile", async () => {
  change(answering("changed"));
  const statuses = await askUntil((_, body) => body === "changed");
  expect(new Set(statuses)).toEqual(new Set([200]));
  await dev.prints(/health\.ts changed: the server restarted in/);
});

it("keeps who is signed in through a restart", async () => {
  const session = await (await fetch(`${url}/v1/session`, { headers: { cookie } })).json();
  expect(session).toMatchObject({ user: { email: "dana@northwind.example" } });
});

it("passes server-sent events on as they come", async () => {
  const response = await fetch(`${url}/v1/events/live?tenant_id=northwind`, { headers: { cookie } });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(Buffer.from(first?.value ?? []).toString()).toMatch(/^: open/);
  await reader?.cancel();
});

it("stays up when a server file has a syntax error, says where, and recovers at the next save", async () => {
  change("c.text((");
  await askUntil((status, body) => status === 503 && body.includes("src/http/health.ts:"));
  expect(dev.output).toMatch(
    /^daybook: src\/http\/health\.ts:\d+:\d+: ERROR: .* starts again when a file is saved\.$/m,
  );
  const page = await fetch(url, { headers: { accept: "text/html" } });
  expect(await page.text()).toContain("/@vite/client");
  change(answering("recovered"));
  await askUntil((status, body) => status === 200 && body === "recovered");
});

it("reports a server that ends by itself, and starts it at the next save", async () => {
  change("process.exit(7)");
  await askUntil((status, body) => status === 503 && body.includes("ended with 7"));
  change(answering("back"));
  await askUntil((status, body) => status === 200 && body === "back");
});

it("leaves nothing running after one Ctrl-C", async () => {
  await dev.interrupt();
  expect(dev.output).toContain("Stopped.");
  expect(existsSync(join(dev.root, "data-dev", "run", "server.json"))).toBe(false);
  await expect(fetch(url)).rejects.toThrow();
});
