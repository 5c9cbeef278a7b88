import { z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { organizationId } from "../event/index.ts";
import {
  type Actor,
  actorOf,
  noSuchOrganization,
  type OrganizationInfo,
  organizationChange,
  organizationNaming,
  ownsPlatform,
  PERSONAL_IDS,
  type Principal,
  permits,
  requireScope,
  roleForbids,
  visitorPermissions,
} from "../identity/index.ts";
import { LIMIT_DEFAULT, pageParameters, single } from "../query/index.ts";
import { type Allow, keyOrPerson, person } from "./allow.ts";
import { json, permission, reviewing, time } from "./answers.ts";
import { originOf } from "./origin.ts";
import { onlyParameters } from "./parameters.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";

const fields = {
  id: z.string(),
  name: z.string(),
  time_zone: z.string().nullable().meta({ description: "IANA name; null: each reader's own." }),
  created_at: time,
};

const organizationSchema = z
  .object({
    ...fields,
    personal_ids: z.enum(PERSONAL_IDS).meta({
      description:
        "What happens to events whose permanent fields look like an e-mail address or a phone number: stored with a warning, or refused.",
    }),
    ...reviewing,
    sensitive_actions: z
      .array(z.string())
      .meta({ description: "Actions and families, such as `api_key.*`, that the page marks." }),
    retention_days: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Days after which events are deleted; null: they are kept for ever." }),
  })
  .meta({ id: "Organization" });

const seenSchema = organizationSchema
  .extend({
    permissions: z.array(permission).optional().meta({ description: "For a session: what its person can do there." }),
  })
  .meta({ id: "SeenOrganization" });

const listedSchema = z.object({ ...fields, members: z.number().int() }).meta({ id: "ListedOrganization" });

const organizationsPage = z
  .object({ data: z.array(listedSchema), next_cursor: z.string().nullable() })
  .meta({ id: "OrganizationsPage" });

const listQuery = onlyParameters({
  q: single("Occurs in the id or the name; case does not matter, no wildcards.", "acme")
    .max(200, "must be at most 200 characters")
    .refine((text) => !text.includes("\0"), "must not hold U+0000")
    .optional(),
  cursor: single("`next_cursor` of the page before.", "YWNtZQ").optional(),
  limit: pageParameters.shape.limit.meta({ description: `Organizations a page. Default: ${LIMIT_DEFAULT}.` }),
});

const one = {
  path: "/v1/organizations/{id}",
  tag: "Organizations",
  params: { id: "The events' tenant_id: 1 to 128 of A-Z a-z 0-9 . _ -" },
} as const;

/** `/v1/organizations`: creating them, their settings, and for the platform the list of all. */
export function organizationRoutes(api: Api, parts: Pick<Parts, "identity">): void {
  namingRoute(api, parts);
  settingsRoutes(api, parts);
  listRoute(api, parts);
}

function namingRoute(api: Api, { identity }: Pick<Parts, "identity">): void {
  const schema = z.object({ id: z.string(), name: z.string() }).meta({ id: "NamedOrganization" });
  api.route(
    {
      ...one,
      method: "put",
      summary: "Create or rename an organization",
      description:
        "With a platform key of scope `organizations:write`. The platform owner creates organizations by session; who can change an organization's settings renames it.",
      allow: writer,
      body: organizationNaming,
      answers: { 200: json("It was there; it has this name now", schema), 201: json("Created", schema) },
      problems: [404],
    },
    async ({ c, by: { principal, actor, mayRename }, params, input }) => {
      const origin = originOf(c, principal);
      const { created, ...written } = await identity.putOrganization(params.id, input.name, actor, origin, mayRename);
      return [created ? 201 : 200, written];
    },
  );
}

function settingsRoutes(api: Api, { identity }: Pick<Parts, "identity">): void {
  const answers = { 200: json("The organization", seenSchema) };
  api.route(
    { ...one, method: "get", summary: "An organization", allow: keyOrPerson, answers, problems: [404] },
    async ({ by: principal, params: { id } }) => {
      const organization = maySee(principal, id) ? await identity.organization(id) : undefined;
      if (organization === undefined) throw noSuchOrganization();
      const described = describeOrganization(organization);
      if (principal.type === "api_key") return [200, described];
      return [200, { ...described, permissions: await identity.permissionsIn(id, principal) }];
    },
  );
  api.route(
    {
      ...one,
      method: "patch",
      summary: "Change an organization's settings",
      description: "Fields that you leave out stay as they are.",
      allow: person,
      body: organizationChange,
      answers,
      problems: [404],
    },
    async ({ c, by, params: { id }, input }) => {
      const settings = {
        name: input.name,
        timeZone: input.time_zone,
        personalIds: input.personal_ids,
        officeHours: input.office_hours,
        reviewDue: input.review_due,
        sensitiveActions: input.sensitive_actions,
      };
      const changed = await identity.updateOrganization(id, settings, by, originOf(c, by));
      return [200, { ...describeOrganization(changed), permissions: await identity.permissionsIn(id, by) }];
    },
  );
}

function listRoute(api: Api, { identity }: Pick<Parts, "identity">): void {
  api.route(
    {
      path: "/v1/organizations",
      tag: "Organizations",
      method: "get",
      summary: "Every organization, by id",
      description: "For platform keys and the platform owner.",
      allow: ofPlatform,
      query: listQuery,
      answers: {
        200: json("One page", organizationsPage),
      },
    },
    async ({ query: { q, cursor, limit = LIMIT_DEFAULT } }) => {
      const after = cursor === undefined ? undefined : positionOf(cursor);
      const { organizations, more } = await identity.listOrganizations({ q, after, limit });
      const data = organizations.map(({ members, ...organization }) => {
        const { id, name, time_zone, created_at } = describeOrganization(organization);
        return { id, name, time_zone, created_at, members };
      });
      const last = organizations.at(-1);
      return [200, { data, next_cursor: more && last !== undefined ? cursorBehind(last.id) : null }];
    },
  );
}

/** Who can write an organization, and whether only to create it. */
const writer: Allow<{ readonly principal: Principal; readonly actor: Actor; readonly mayRename: boolean }> = {
  ...keyOrPerson,
  async admit(asking) {
    const principal = await keyOrPerson.admit(asking);
    const { id = "" } = asking.params;
    return { principal, actor: actorOf(principal, id), mayRename: mayRename(principal, id) };
  },
};

/** @throws DaybookError forbidden, not_found where the sender can neither rename the organization nor create it */
function mayRename(principal: Principal, id: string): boolean {
  if (principal.type === "api_key") {
    if (principal.organization !== undefined) throw new DaybookError("forbidden", "This needs a key of the platform.");
    requireScope(principal, "organizations:write");
    return true;
  }
  const creates = principal.memberships.some((membership) => permits(membership, "organization.create"));
  const membership = principal.memberships.find(({ organization }) => organization === id);
  if (membership === undefined && !creates) throw noSuchOrganization();
  if (membership !== undefined && !permits(membership, "organization.update")) {
    throw roleForbids(membership, "organization.update");
  }
  return membership !== undefined;
}

const ofPlatform: Allow<Principal> = {
  ...keyOrPerson,
  async admit(asking) {
    const principal = await keyOrPerson.admit(asking);
    if (isOfPlatform(principal)) return principal;
    throw new DaybookError("forbidden", "Only the platform owner and its keys can list all organizations.");
  },
};

function describeOrganization(organization: OrganizationInfo) {
  const { id, name, timeZone, personalIds, officeHours, reviewDue, sensitiveActions, createdAt } = organization;
  return {
    id,
    name,
    time_zone: timeZone,
    personal_ids: personalIds,
    office_hours: officeHours,
    review_due: reviewDue,
    sensitive_actions: [...sensitiveActions],
    created_at: new Date(createdAt).toISOString(),
    retention_days: null,
  };
}

/** A cursor is the last id of its page: what is created meanwhile is on a later page, or on none. */
function cursorBehind(id: string): string {
  return Buffer.from(id).toString("base64url");
}

/** @throws DaybookError invalid_cursor */
function positionOf(cursor: string): string {
  const id = Buffer.from(cursor, "base64url").toString("latin1");
  if (organizationId.safeParse(id).success && cursorBehind(id) === cursor) return id;
  throw new DaybookError("invalid_cursor", "The cursor does not belong to this query.");
}

function isOfPlatform(principal: Principal): boolean {
  if (principal.type === "api_key") return principal.organization === undefined;
  return ownsPlatform(principal.memberships);
}

function maySee(principal: Principal, id: string): boolean {
  if (principal.type === "api_key") return principal.organization === undefined || principal.organization === id;
  const membership = principal.memberships.find(({ organization }) => organization === id);
  if (membership !== undefined) return permits(membership, "organization.read");
  return ownsPlatform(principal.memberships) && visitorPermissions(true).includes("organization.read");
}
