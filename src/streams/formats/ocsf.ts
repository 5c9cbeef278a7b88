import type { ActorType, Outcome } from "@daybook/sdk";
import type { StoredEvent } from "../../event/index.ts";
import { VERSION } from "../../package-info.ts";
import { damageText } from "../../read/index.ts";
import { CHECKPOINT_TYPE, checkpointOf } from "./daybook.ts";
import { type EventSource, type Format, headerOf } from "./format.ts";
import {
  ACCOUNT_CHANGE,
  API_ACTIVITY,
  AUTHENTICATION,
  DATASTORE_ACTIVITY,
  ENTITY_MANAGEMENT,
  GROUP_MANAGEMENT,
  OTHER,
  ocsfClassOf,
  USER_ACCESS,
} from "./ocsf-classes.ts";

const OCSF_VERSION = "1.8.0";
const PRODUCT = { name: "Daybook", vendor_name: "Daybook", version: VERSION };

/** `severity_id` of the schema. */
const INFORMATIONAL = 1;
const LOW = 2;
const HIGH = 4;

const STATUS: Readonly<Record<Outcome, number>> = { success: 1, failure: 2, denied: 2, unknown: 0 };

/** `type_id` of a user: 1 User, 3 System, 4 Service, 99 Other. */
const USER_TYPE: Readonly<Record<ActorType, number>> = {
  user: 1,
  api_key: 4,
  service: 4,
  system: 3,
  agent: 4,
  anonymous: 0,
};

/** Open Cybersecurity Schema Framework 1.8: the class by the action, and under `unmapped` what the schema has no place for. */
export const OCSF_FORMAT: Format = {
  event: (source) => JSON.stringify(ocsfOf(source, source.event(), {})),
  shortened: (source, shortened) =>
    JSON.stringify(
      ocsfOf(source, headerOf(source), { shortened }, { is_truncated: true, untruncated_size: shortened.bytes }),
    ),
  damaged: ({ logId, organization, sequence }, damage) =>
    JSON.stringify(
      baseEvent(Date.now(), HIGH, damageText(damage), "daybook.damaged", organization, sequence, {
        damaged: true,
        log_id: logId,
      }),
    ),
  checkpoint: (source) =>
    JSON.stringify(
      baseEvent(source.time, INFORMATIONAL, "Checkpoint", CHECKPOINT_TYPE, source.organization, source.size, {
        ...checkpointOf(source),
      }),
    ),
};

/** A whole event, or only its header: then the fields of the body are absent. */
type Described = Omit<StoredEvent, "schema_version">;

function ocsfOf(source: EventSource, event: Described, more: object, truncation: object = {}) {
  const { category, class: classUid, activity } = ocsfClassOf(event.action);
  const { id, sequence, tenant_id, action, outcome, timestamp, recorded_at, description, context } = event;
  return {
    category_uid: category,
    class_uid: classUid,
    activity_id: activity,
    ...(activity === OTHER ? { activity_name: action } : {}),
    type_uid: classUid * 100 + activity,
    time: Date.parse(timestamp),
    severity_id: outcome === "failure" || outcome === "denied" ? LOW : INFORMATIONAL,
    status_id: STATUS[outcome],
    status: outcome,
    message: description,
    actor: { user: userOf(event.actor), session: context?.session_id && { uid: context.session_id } },
    src_endpoint: context?.ip === undefined ? { name: "unknown" } : { ip: context.ip },
    http_request: context?.user_agent === undefined ? undefined : { user_agent: context.user_agent },
    ...subjectOf(classUid, event),
    metadata: {
      version: OCSF_VERSION,
      product: PRODUCT,
      uid: id,
      event_code: action,
      sequence,
      tenant_uid: tenant_id,
      log_name: source.logId,
      logged_time: Date.parse(recorded_at),
      ...truncation,
    },
    unmapped: { ...restOf(event), leaf_hash: source.leafHash, log_id: source.logId, ...more },
  };
}

/** Fields that the class requires in addition to those of every event. */
function subjectOf(classUid: number, { actor, resource, action, changes }: Described): object {
  switch (classUid) {
    case ACCOUNT_CHANGE:
      return { user: resource.type === "user" ? thing(resource) : userOf(actor) };
    case AUTHENTICATION:
      return { user: userOf(actor), service: { name: PRODUCT.name } };
    case ENTITY_MANAGEMENT:
      return { entity: { ...thing(resource), type: resource.type } };
    case USER_ACCESS:
      return { user: thing(resource), privileges: rolesOf(changes) };
    case GROUP_MANAGEMENT:
      return { group: { name: "members" }, user: thing(resource) };
    case DATASTORE_ACTIVITY:
      return { database: { ...thing(resource), type: resource.type, type_id: 0 } };
    case API_ACTIVITY:
      return { api: { operation: action }, resources: [{ ...thing(resource), type: resource.type }] };
    default:
      return {};
  }
}

function userOf({ type, id, name, email }: Described["actor"]): object {
  const named = name ?? (id === undefined ? type : undefined);
  return { uid: id, name: named, email_addr: email, type_id: USER_TYPE[type] };
}

/** The schema wants a name or an id. */
function thing({ type, id, name }: Described["resource"]): { uid?: string | undefined; name?: string | undefined } {
  return { uid: id, name: name ?? (id === undefined ? type : undefined) };
}

/** The new role, if the change says so. */
function rolesOf(changes: string | undefined): string[] {
  const listed = changes === undefined ? [] : (JSON.parse(changes) as { path: string; after?: unknown }[]);
  return listed.flatMap(({ path, after }) => (path === "role" && typeof after === "string" ? [after] : []));
}

function restOf({ actor, resource, targets, context, changes, metadata, source }: Described): object {
  return {
    actor_type: actor.type,
    actor_role: actor.role,
    on_behalf_of: actor.on_behalf_of,
    resource,
    targets,
    request_id: context?.request_id,
    trace_id: context?.trace_id,
    ip_text: context?.ip_text,
    source,
    changes: changes === undefined ? undefined : JSON.parse(changes),
    metadata: metadata === undefined ? undefined : JSON.parse(metadata),
  };
}

/** For events that are not an activity: class 0, whose only activities are 0 and 99. */
function baseEvent(
  time: number,
  severity: number,
  message: string,
  code: string,
  organization: string,
  sequence: number,
  unmapped: object,
) {
  return {
    category_uid: 0,
    class_uid: 0,
    activity_id: OTHER,
    activity_name: code,
    type_uid: OTHER,
    time,
    severity_id: severity,
    status_id: 0,
    message,
    metadata: {
      version: OCSF_VERSION,
      product: PRODUCT,
      event_code: code,
      tenant_uid: organization,
      sequence,
    },
    unmapped,
  };
}
