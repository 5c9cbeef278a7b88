import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACME, Desk, OWNER, sqlite } from "./fixture.ts";
import { Front } from "./http-fixture.ts";

const BROWSER = { "sec-fetch-site": "same-origin" };
const engine = sqlite();
let desk: Desk;
let front: Front;

beforeAll(async () => {
  desk = await Desk.open(await engine.location());
  front = await Front.open(desk.identity, ["https://audit.example.com"]);
});
afterAll(async () => {
  await front.close();
  await desk.identity.close();
  await engine.stop();
});

describe("set-up over HTTP", () => {
  it("is not done at first, and nobody is signed in", async () => {
    const { status, body } = await front.call("GET", "/v1/session");
    expect({ status, body }).toEqual({ status: 200, body: { user: null, organizations: [], set_up: false } });
  });

  it("answers every fault of the form at once", async () => {
    const { status, body } = await front.call("POST", "/v1/setup", {
      organization: {},
      owner: { name: "", password: "short" },
    });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: "invalid_input",
      errors: [
        { pointer: "/token", message: "is required" },
        { pointer: "/organization/name", message: "is required" },
        { pointer: "/owner/email", message: "is required" },
        { pointer: "/owner/name" },
        { pointer: "/owner/password" },
      ],
    });
  });

  it.each([
    ["{", "application/json", 400, "invalid_json"],
    ["{}", "text/plain", 415, "unsupported_media_type"],
    [JSON.stringify({ token: "x".repeat(70_000) }), "application/json", 413, "too_large"],
  ])("refuses a body that cannot be read", async (text, type, status, code) => {
    const answer = await front.call("POST", "/v1/setup", text, { "content-type": type });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it("makes the organization under an id from its name, and signs its owner in", async () => {
    const token = await desk.identity.issueSetupToken();
    const organization = { name: "Ācme & Söhne" };
    const answer = await front.call("POST", "/v1/setup", { token, organization, owner: OWNER }, BROWSER);
    expect(answer).toMatchObject({
      status: 201,
      body: {
        user: { name: OWNER.name, email: OWNER.email },
        organizations: [
          {
            id: "acme-sohne",
            name: "Ācme & Söhne",
            role: "owner",
            permissions: expect.arrayContaining(["audit_log.read"]),
          },
          { id: "daybook", role: "owner" },
        ],
        set_up: true,
      },
    });
    const cookie = { cookie: answer.headers.getSetCookie()[0]?.split(";")[0] ?? "", ...BROWSER };
    expect((await front.call("GET", "/v1/session", undefined, cookie)).body).toEqual(answer.body);
    const again = await front.call("POST", "/v1/setup", { token, organization: ACME, owner: OWNER }, BROWSER);
    expect(again).toMatchObject({ status: 409, body: { code: "already_set_up" } });
  });
});
