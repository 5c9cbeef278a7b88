import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { totpCode, totpStep } from "../../src/identity/totp.ts";
import { cookieOf, OWNER, setUp } from "../support/console-session.ts";
import { cli, ServerProcess, type TestServer } from "../support/server.ts";

/** What an operator does for a person who lost password, app and recovery codes: through the server, and without it. */

const JSON_TYPE = { "content-type": "application/json", "sec-fetch-site": "same-origin" };

let server: TestServer;
let session: Record<string, string>;

beforeAll(async () => {
  server = await ServerProcess.start();
  session = await setUp(server, { id: "acme", name: "Acme" });
});
afterAll(() => server.remove());

const users = (...args: string[]) => cli(["users", ...args, "--data-dir", server.dataDir]);

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return server.fetch(path, { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
}

const signIn = () => post("/v1/session", { email: OWNER.email, password: OWNER.password });

async function turnTwoFactorOn(): Promise<void> {
  const begun = await post("/v1/profile/two-factor", { password: OWNER.password }, session);
  const { secret } = (await begun.json()) as { secret: string };
  const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"));
  const bytes = (bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  const code = totpCode(Buffer.from(bytes), totpStep(Date.now()));
  expect((await post("/v1/profile/two-factor/confirm", { code }, session)).status).toBe(204);
  expect(await (await signIn()).json()).toMatchObject({ status: 401, code: "two_factor_required" });
}

describe.each([{ running: true }, { running: false }])("with a server running: $running", ({ running }) => {
  beforeAll(async () => {
    await turnTwoFactorOn();
    if (!running) await server.stop();
  });

  it("two-factor sign-in is reset, and a link signs in once", async () => {
    const reset = await users("reset-two-factor", "--email", OWNER.email);
    expect(reset).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(reset.stdout)).toEqual({ email: OWNER.email, two_factor: false });
    const address = running ? [] : ["--url", "https://audit.example.com"];
    const made = await users("sign-in-link", "--email", OWNER.email, ...address);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const [origin, token = ""] = made.stdout.trim().split("/sign-in#token=");
    expect(origin).toBe(running ? server.url : "https://audit.example.com");

    if (!running) server = await ServerProcess.start({ dataDir: server.dataDir });
    expect((await signIn()).status).toBe(201);
    expect([(await post("/v1/session", { token })).status, (await post("/v1/session", { token })).status]).toEqual([
      201, 401,
    ]);
  });

  it("a password is reset, and nothing signed in before it holds", async () => {
    const { cookie } = session;
    const reset = await users("reset-password", "--email", OWNER.email);
    expect(reset).toEqual({ code: 0, stdout: expect.stringMatching(/^[A-Za-z0-9_-]{43}\n$/), stderr: "" });
    expect((await server.fetch("/v1/events", { headers: { cookie: cookie ?? "" } })).status).toBe(401);
    expect((await signIn()).status).toBe(401);
    const password = reset.stdout.trim();
    const again = await post("/v1/session", { email: OWNER.email, password });
    session = { cookie: cookieOf(again), "sec-fetch-site": "same-origin" };
    const change = { current_password: password, new_password: OWNER.password };
    expect((await post("/v1/profile/password", change, session)).status).toBe(204);
  });

  it("all refuse whom there is not, in one line", async () => {
    for (const command of ["reset-two-factor", "reset-password", "sign-in-link"]) {
      const refused = await users(command, "--email", "nobody@example.com");
      expect(refused).toEqual({ code: 2, stdout: "", stderr: "daybook: There is no user with this e-mail.\n" });
    }
  });
});
