import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { permissionsOf } from "../../src/identity/permissions.ts";
import type { Role, Scope } from "../../src/identity/vocabulary.ts";
import { ACME, Desk, ORIGIN, OWNER, sqlite } from "./fixture.ts";
import { Front } from "./http-fixture.ts";

const BROWSER = { "sec-fetch-site": "same-origin" };
const URL_OF_CONSOLE = "https://audit.example.com";
const PASSWORD = "a horse of another colour";
const engine = sqlite();
let desk: Desk;
let front: Front;
/** Of acme and of the platform. */
let owner: Record<string, string>;
let admin: Record<string, string>;
let auditor: Record<string, string>;

beforeAll(async () => {
  desk = await Desk.open(await engine.location());
  front = await Front.open(desk.identity, [URL_OF_CONSOLE]);
  const token = await desk.identity.issueSetupToken();
  const answer = await front.call("POST", "/v1/setup", { token, organization: ACME, owner: OWNER }, BROWSER);
  owner = sessionOf(answer.headers);
  admin = await join("amy", "admin");
  auditor = await join("ben", "auditor");
});
afterAll(async () => {
  await front.close();
  await desk.identity.close();
  await engine.stop();
});

function sessionOf(headers: Headers): Record<string, string> {
  return { cookie: headers.getSetCookie()[0]?.split(";")[0] ?? "", ...BROWSER };
}

async function invite(name: string, role: Role, by = owner, organization = "acme") {
  const email = `${name}@example.com`;
  const answer = await front.call("POST", `/v1/organizations/${organization}/invitations`, { email, role }, by);
  expect(answer.status).toBe(201);
  const invitation = answer.body as { id: string; link: string };
  return { ...invitation, token: new URL(invitation.link).hash.replace("#token=", "") };
}

async function join(name: string, role: Role, organization = "acme"): Promise<Record<string, string>> {
  const { token } = await invite(name, role, owner, organization);
  const accepted = await front.call("POST", "/v1/invitations/accept", { token, name, password: PASSWORD }, BROWSER);
  expect(accepted.status).toBe(201);
  return sessionOf(accepted.headers);
}

async function keyOf(organization: string | undefined, scopes: readonly Scope[], expiresAt?: number) {
  const until = expiresAt === undefined ? {} : { expiresAt };
  const key = { organization, name: "test", scopes, ...until };
  const created = await desk.identity.createKey(key, { type: "system" }, ORIGIN);
  return { authorization: `Bearer ${created.key}` };
}

describe("an invitation over HTTP", () => {
  it("is a link under the public address, reported once, listed without it, looked up and accepted", async () => {
    const made = await front.call(
      "POST",
      "/v1/organizations/acme/invitations",
      { email: " Cid@Example.com ", role: "auditor" },
      owner,
    );
    const { link, ...listed } = made.body as { link: string; id: string; created_at: string; expires_at: string };
    expect(link).toMatch(/^https:\/\/audit\.example\.com\/invite#token=[A-Za-z0-9_-]{43}$/);
    expect(listed).toEqual({
      id: expect.any(String),
      email: "cid@example.com",
      role: "auditor",
      invited_by: { name: OWNER.name },
      created_at: new Date(desk.nowMs).toISOString(),
      expires_at: new Date(desk.nowMs + 7 * 86_400_000).toISOString(),
    });
    const pending = await front.call("GET", "/v1/organizations/acme/invitations", undefined, auditor);
    expect(pending).toMatchObject({ status: 200, body: { data: [listed] } });
    const token = new URL(link).hash.replace("#token=", "");
    const { expires_at } = listed;
    expect(await front.call("POST", "/v1/invitations/look-up", { token })).toMatchObject({
      status: 200,
      body: {
        ...{ organization: { id: "acme", name: ACME.name }, email: "cid@example.com", role: "auditor", expires_at },
        ...{ invited_by: { name: OWNER.name }, account: false },
      },
    });
    const accept = () => front.call("POST", "/v1/invitations/accept", { token, name: "Cid", password: PASSWORD });
    const accepted = await accept();
    expect(accepted).toMatchObject({
      status: 201,
      body: {
        user: { name: "Cid", email: "cid@example.com", two_factor: false },
        organizations: [{ id: "acme", role: "auditor", time_zone: null }],
      },
    });
    expect((await front.call("GET", "/v1/session", undefined, sessionOf(accepted.headers))).body).toEqual(
      accepted.body,
    );
    expect(await accept()).toMatchObject({ status: 401, body: { code: "invalid_token" } });
  });

  it("is accepted by who has an account with their session, and by no key", async () => {
    const { token } = await invite("ben", "auditor", owner, "daybook");
    const accept = (headers: Record<string, string>) =>
      front.call("POST", "/v1/invitations/accept", { token }, headers);
    expect(await accept({})).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(await accept(await keyOf("acme", ["keys:manage"]))).toMatchObject({ status: 401 });
    expect(await accept(admin)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    const accepted = await accept(auditor);
    expect(accepted).toMatchObject({ status: 200, body: { organizations: [{ id: "acme" }, { id: "daybook" }] } });
    expect(accepted.headers.getSetCookie()).toEqual([]);
  });

  it.each([
    [{}, ["/email", "/role"]],
    [{ email: "nobody", role: "king" }, ["/email", "/role"]],
    [{ email: "a@example.com", role: "auditor", admin: true }, ["/admin"]],
  ])("is not made from %j", async (input, pointers) => {
    const answer = await front.call("POST", "/v1/organizations/acme/invitations", input, owner);
    expect(answer).toMatchObject({ status: 422, body: { errors: pointers.map((pointer) => ({ pointer })) } });
  });

  it("is withdrawn once, and not by who cannot invite", async () => {
    const { id, token } = await invite("dan", "member");
    const withdraw = (by: Record<string, string>) =>
      front.call("DELETE", `/v1/organizations/acme/invitations/${id}`, undefined, by);
    expect(await withdraw(auditor)).toMatchObject({ status: 403 });
    expect(await withdraw(admin)).toMatchObject({ status: 204 });
    expect(await withdraw(admin)).toMatchObject({ status: 404 });
    expect(await front.call("POST", "/v1/invitations/look-up", { token })).toMatchObject({ status: 401 });
  });
});

describe("members over HTTP", () => {
  const list = async (by = owner) =>
    (
      (await front.call("GET", "/v1/organizations/acme/members", undefined, by)).body as {
        data: Record<string, unknown>[];
      }
    ).data;
  const idOf = async (email: string) => (await list()).find((member) => member.email === email)?.user_id as string;

  it("are listed with what is known of them", async () => {
    const at = new Date(desk.nowMs).toISOString();
    expect((await list(auditor))[0]).toEqual({
      user_id: expect.any(String),
      name: OWNER.name,
      email: OWNER.email,
      role: "owner",
      joined_at: at,
      two_factor: false,
      last_active_at: at,
    });
  });

  it("get another role, or are removed, which holds from their next request on", async () => {
    const eve = await join("eve", "auditor");
    const path = `/v1/organizations/acme/members/${await idOf("eve@example.com")}`;
    const change = (role: unknown, by = owner) => front.call("PATCH", path, { role }, by);
    expect(await change("king")).toMatchObject({ status: 422, body: { errors: [{ pointer: "/role" }] } });
    expect(await change("owner", admin)).toMatchObject({ status: 403 });
    expect(await change("admin", admin)).toMatchObject({
      status: 200,
      body: { email: "eve@example.com", role: "admin" },
    });
    expect((await front.call("GET", "/v1/session", undefined, eve)).body).toMatchObject({
      organizations: [{ id: "acme", role: "admin", permissions: expect.arrayContaining(["member.manage"]) }],
    });
    expect(await front.call("DELETE", path, undefined, eve)).toMatchObject({
      status: 409,
      body: { code: "own_membership" },
    });
    expect(await front.call("DELETE", path, undefined, admin)).toMatchObject({ status: 204 });
    expect(await front.call("DELETE", path, undefined, admin)).toMatchObject({ status: 404 });
    expect((await front.call("GET", "/v1/session", undefined, eve)).body).toMatchObject({ organizations: [] });
    expect(await front.call("GET", "/v1/organizations/acme", undefined, eve)).toMatchObject({ status: 404 });
    const me = `/v1/organizations/acme/members/${await idOf(OWNER.email)}`;
    expect(await front.call("PATCH", me, { role: "admin" }, owner)).toMatchObject({
      status: 409,
      body: { code: "last_owner" },
    });
  });
});

describe("an organization's settings over HTTP", () => {
  it("are read, and changed by who can", async () => {
    const path = "/v1/organizations/acme";
    const patch = (body: unknown, by = admin) => front.call("PATCH", path, body, by);
    const changed = await patch({ time_zone: "Asia/Kolkata" });
    expect(changed).toMatchObject({ status: 200, body: { id: "acme", name: ACME.name, time_zone: "Asia/Kolkata" } });
    const read = await front.call("GET", path, undefined, auditor);
    expect(read.body).toEqual({
      ...{ id: "acme", name: ACME.name, time_zone: "Asia/Kolkata", personal_ids: "warn", retention_days: null },
      ...{ office_hours: null, review_due: null },
      sensitive_actions: expect.arrayContaining(["api_key.*", "member.role_update", "audit_log.export"]),
      created_at: new Date(desk.nowMs).toISOString(),
      permissions: permissionsOf({ organization: "acme", role: "auditor" }),
    });
    expect((await front.call("GET", "/v1/session", undefined, auditor)).body).toMatchObject({
      organizations: [{ id: "acme", time_zone: "Asia/Kolkata" }, {}],
    });
    for (const time_zone of ["+05:30", "Nope/Zone", "", 5]) {
      expect(await patch({ time_zone })).toMatchObject({ status: 422, body: { errors: [{ pointer: "/time_zone" }] } });
    }
    expect(await patch({ personal_ids: "drop" })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/personal_ids", message: "must be one of warn, refuse" }] },
    });
    expect(await patch({ personal_ids: "refuse" })).toMatchObject({ status: 200, body: { personal_ids: "refuse" } });
    const reviewing = { office_hours: "sun-thu 08:00-18:00", review_due: "thu" };
    expect(await patch(reviewing)).toMatchObject({ status: 200, body: reviewing });
    expect((await front.call("GET", "/v1/session", undefined, auditor)).body).toMatchObject({
      organizations: [{ id: "acme", ...reviewing }, {}],
    });
    for (const wrong of [{ office_hours: "8-18" }, { office_hours: "" }, { review_due: "Monday" }]) {
      const [name] = Object.keys(wrong);
      expect(await patch(wrong)).toMatchObject({ status: 422, body: { errors: [{ pointer: `/${name}` }] } });
    }
    expect(await patch({ sensitive_actions: ["db.*"] })).toMatchObject({ body: { sensitive_actions: ["db.*"] } });
    expect(await patch({ sensitive_actions: ["db.delete", "-db.*"] })).toMatchObject({
      status: 422,
      body: {
        errors: [{ pointer: "/sensitive_actions/1", message: "must be an action, or a family such as api_key.*" }],
      },
    });
    expect(await patch({ retention_days: 1 })).toMatchObject({ status: 422 });
    expect(await patch({ name: "Mine" }, auditor)).toMatchObject({
      status: 403,
      body: { detail: "The role auditor cannot do this. An owner or admin of Acme Inc can change your role." },
    });
    expect(await patch({ name: "Mine" }, await keyOf(undefined, ["organizations:write"]))).toMatchObject({
      status: 403,
    });
  });
});

describe("the platform owner", () => {
  it("creates organizations and lists all, and is not their admin", async () => {
    for (const id of ["beta", "gamma"]) {
      const put = (name: string, by = owner) => front.call("PUT", `/v1/organizations/${id}`, { name }, by);
      expect(await put("Name", admin)).toMatchObject({ status: 404 });
      expect(await put("Name")).toMatchObject({ status: 201, body: { id, name: "Name" } });
      expect(await put("Other")).toMatchObject({ status: 403 });
      expect(desk.log.at(-1)).toMatchObject({ tenant_id: id, actor: { email: OWNER.email, role: "platform_owner" } });
    }
    expect(await front.call("GET", "/v1/organizations/beta", undefined, owner)).toMatchObject({ status: 200 });
    expect(await front.call("PATCH", "/v1/organizations/beta", { name: "Mine" }, owner)).toMatchObject({ status: 403 });
    expect(await front.call("POST", "/v1/keys", { organization: "beta", name: "n", scopes: ["events:read"] }, owner))
      // As far as keys go, it is not theirs.
      .toMatchObject({ status: 404 });
    const ids = async (query: string) => {
      const { body } = await front.call("GET", `/v1/organizations?${query}`, undefined, owner);
      const { data, next_cursor } = body as { data: { id: string }[]; next_cursor: string | null };
      return { ids: data.map(({ id }) => id), next_cursor };
    };
    const first = await ids("limit=3");
    expect(first.ids).toEqual(["acme", "beta", "daybook"]);
    expect(await ids(`limit=3&cursor=${first.next_cursor}`)).toEqual({ ids: ["gamma"], next_cursor: null });
    expect(await ids("q=BET")).toEqual({ ids: ["beta"], next_cursor: null });
    const listed = await front.call("GET", "/v1/organizations?q=gamma", undefined, owner);
    expect(listed.body).toMatchObject({ data: [{ id: "gamma", name: "Name", time_zone: null, members: 0 }] });
    for (const [query, code] of [
      ["cursor=%20", "invalid_cursor"],
      ["cursor=YS9i", "invalid_cursor"],
      ["limit=0", "invalid_parameter"],
      ["q=%00", "invalid_parameter"],
      ["limit=1001", "invalid_parameter"],
      ["name=x", "invalid_parameter"],
    ]) {
      expect(await front.call("GET", `/v1/organizations?${query}`, undefined, owner)).toMatchObject({
        status: 400,
        body: { code },
      });
    }
    for (const by of [admin, await keyOf("acme", ["events:read"])]) {
      expect(await front.call("GET", "/v1/organizations", undefined, by)).toMatchObject({ status: 403 });
    }
  });
});

describe("a key over HTTP", () => {
  const make = (body: object, by: Record<string, string>) =>
    front.call("POST", "/v1/keys", { name: "n", scopes: ["events:write"], ...body }, by);

  it("never outlives the key that makes it", async () => {
    const end = desk.nowMs + 3_600_000;
    const maker = await keyOf("acme", ["keys:manage", "events:write"], end);
    const at = (ms: number) => ({ expires_at: new Date(ms).toISOString() });
    for (const late of [{}, at(end + 1)]) {
      expect(await make(late, maker)).toMatchObject({ status: 422, body: { errors: [{ pointer: "/expires_at" }] } });
    }
    expect(await make(at(end), maker)).toMatchObject({ status: 201, body: at(end) });
    expect(await make({}, await keyOf("acme", ["keys:manage", "events:write"]))).toMatchObject({ status: 201 });
  });

  it("of the platform is made by its owner alone, as it acts in every organization", async () => {
    const platformAdmin = await join("pia", "admin", "daybook");
    for (const scope of ["events:write", "events:read", "organizations:write", "keys:manage"]) {
      const key = { organization: "daybook", scopes: [scope] };
      expect(await make(key, platformAdmin)).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect(await make(key, owner)).toMatchObject({ status: 201 });
    }
    expect(await make({ organization: "acme" }, auditor)).toMatchObject({ status: 403 });
    expect(await make({ organization: "acme", scopes: ["organizations:write"] }, admin)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/scopes" }] },
    });
  });

  it("is revoked by two tabs at the same time, and by one of them in the log", async () => {
    const { id } = (await make({ organization: "acme" }, admin)).body as { id: string };
    const answers = await Promise.all([1, 2].map(() => front.call("DELETE", `/v1/keys/${id}`, undefined, admin)));
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    const recorded = desk.log.filter((event) => event.resource.id === id && event.action === "api_key.delete");
    expect(recorded).toHaveLength(1);
  });
});
