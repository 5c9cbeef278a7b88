import { isIP } from "node:net";
import { ACTOR_TYPES, OUTCOMES } from "@daybook/sdk";
import type { DemoEvent } from "./scene.ts";

const ENTRY_BYTES_MAX = 256 * 1024;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What the API would refuse in an event, independently of the code that validates there. */
export function faults(event: DemoEvent): string[] {
  const { id, tenant_id, action, actor, resource, timestamp, outcome, description, context, changes } = event;
  const text = JSON.stringify(event);
  const rules: [boolean, string][] = [
    [/^[A-Za-z0-9._:-]{1,128}$/.test(id), "id"],
    [/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id), "id is no UUIDv7"],
    [Number.parseInt(id.slice(0, 13).replace("-", ""), 16) === Date.parse(timestamp), "id is of another time"],
    [/^[A-Za-z0-9._-]{1,128}$/.test(tenant_id), "tenant_id"],
    [/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/.test(action), "action"],
    [TIMESTAMP.test(timestamp) && !Number.isNaN(Date.parse(timestamp)), "timestamp"],
    [ACTOR_TYPES.includes(actor.type), "actor.type"],
    [actor.on_behalf_of === undefined || actor.on_behalf_of.id.length > 0, "actor.on_behalf_of"],
    [outcome === undefined || OUTCOMES.includes(outcome), "outcome"],
    [resource.type.length > 0, "resource.type"],
    [description !== undefined && /^[^\n]+\.$/.test(description) && description.length <= 200, "description"],
    [context?.ip === undefined || isIP(context.ip) !== 0, "context.ip"],
    [(changes ?? []).every(({ path }) => path.length > 0), "changes.path"],
    [Buffer.byteLength(text) < ENTRY_BYTES_MAX, "size"],
    [!/\p{Surrogate}/u.test(text), "lone surrogate"],
    [!text.includes('"__proto__"') && !text.includes("undefined"), "keys"],
    [JSON.stringify(JSON.parse(text)) === text, "does not survive JSON"],
    [withoutUndefined(event), "a field that is undefined"],
  ];
  return rules.filter(([holds]) => !holds).map(([, rule]) => `${rule}: ${text}`);
}

function withoutUndefined(value: unknown): boolean {
  if (value === null || typeof value !== "object") return value !== undefined;
  return Object.values(value).every(withoutUndefined);
}
