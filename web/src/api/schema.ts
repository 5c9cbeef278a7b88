import type { Event } from "@daybook/sdk";

/** Generated from the API's description by `npm run api-types`. A test fails while it is not current. */

export interface Acceptance {
  readonly token: string;
  readonly name?: string;
  readonly password?: string;
}

export interface AddressFacts {
  readonly data: readonly {
    /** As it was asked for. */
    readonly ip: string;
    readonly country?: {
      /** ISO 3166-1, two letters. */
      readonly code: string;
      readonly name: string;
    };
    /** The autonomous system that the address belongs to. */
    readonly network?: { readonly number: number; readonly name?: string };
  }[];
  readonly databases: readonly {
    readonly type: string;
    readonly built_at: string;
    /** Older than 90 days: it can be out of date. */
    readonly stale: boolean;
  }[];
}

export interface Alert {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly condition: AlertCondition;
  readonly filter: { readonly [name: string]: unknown };
  readonly organizations: "own" | "all";
  readonly deliver: {
    readonly email: readonly string[];
    readonly webhook: { readonly url: string } | null;
    readonly when: "at_once" | "hourly" | "daily";
  };
  readonly enabled: boolean;
  /** Until this time it fires, but nobody is notified. */
  readonly muted_until: string | null;
  readonly last_fired_at: string | null;
  /** What `v1a` signatures of its webhook are verified with, newest first. */
  readonly public_keys: readonly string[];
  readonly created_by: { readonly type: string; readonly id?: string; readonly name?: string; readonly email?: string };
  readonly created_at: string;
  readonly updated_at: string;
}

export interface AlertChange {
  readonly name?: string;
  readonly condition?: AlertCondition;
  /** Only events that match count. The same filters as in a viewer token. */
  readonly filter?: { readonly [name: string]: unknown };
  readonly deliver?: {
    /** Who gets an e-mail. */
    readonly email?: readonly string[];
    /** The URL that is called. Requests are signed as Standard Webhooks says. */
    readonly webhook?: { readonly url: string } | null;
    /** `hourly`, `daily`: everything of that time in one message. */
    readonly when?: "at_once" | "hourly" | "daily";
  };
  readonly enabled?: boolean;
  /** Until this time it fires, but nobody is notified. */
  readonly muted_until?: string | null;
}

export type AlertCondition =
  | {
      readonly type: "match";
    }
  | {
      readonly type: "threshold";
      /** This many matches… */
      readonly count: number;
      /** …within this many minutes. */
      readonly minutes: number;
      /** Counted for each of these. Default: all matches together. */
      readonly by?: "user" | "address" | "network" | "resource" | "action" | "key" | "organization";
    }
  | {
      readonly type: "new_value";
      /** What was not seen in the 90 days before. `country`: from the operator's address databases. If they do not know the country, the network counts. */
      readonly of: "user" | "address" | "network" | "country" | "resource" | "action";
      /** `user`: not seen of this user. Default: not seen of anybody. */
      readonly per?: "user" | "organization";
      /** Only after this many matching events of that user failed within an hour. */
      readonly after_failures?: number;
    }
  | {
      readonly type: "silence";
      /** No event has matched for this many minutes. */
      readonly minutes: number;
      /** Watches each of these values by itself. Default: all matches together. */
      readonly by?: "user" | "action" | "resource" | "key" | "organization";
      /** `api_key`: only what keys deliver counts. */
      readonly source?: "any" | "api_key";
    }
  | {
      readonly type: "report";
      readonly weekday?: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
      /** In the organization's time zone. */
      readonly hour?: number;
    };

export interface AlertPreview {
  /** What was recorded since was looked at. */
  readonly from: string;
  /** False: there were too many events to look at all of 30 days. */
  readonly whole: boolean;
  readonly count: number;
  /** The newest 20. */
  readonly firings: readonly {
    readonly fired_at: string;
    readonly summary: string;
    readonly event_id: string | null;
  }[];
}

export interface AlertTest {
  readonly results: readonly { readonly channel: "email" | "webhook"; readonly error: string | null }[];
}

export interface CheckpointKey {
  /** A verifier key (C2SP signed-note). */
  readonly vkey: string;
  readonly created_at: string;
  /** Null for the newest key. */
  readonly signs_until: string | null;
}

export interface CheckpointKeys {
  readonly origin: string;
  readonly keys: readonly CheckpointKey[];
}

export interface ColumnLayout {
  /** The columns that are shown, in their order. */
  readonly shown: readonly string[];
  /** In rem, of the columns that have another width than the table gives them. */
  readonly widths: { readonly [name: string]: number };
}

export interface ConsistencyProof {
  readonly from: number;
  readonly to: number;
  readonly hashes: readonly string[];
  /** The signed note (C2SP tlog-checkpoint) that the proof leads to. */
  readonly checkpoint?: string;
}

export interface CreatedAlert {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly condition: AlertCondition;
  readonly filter: { readonly [name: string]: unknown };
  readonly organizations: "own" | "all";
  readonly deliver: {
    readonly email: readonly string[];
    readonly webhook: { readonly url: string } | null;
    readonly when: "at_once" | "hourly" | "daily";
  };
  readonly enabled: boolean;
  /** Until this time it fires, but nobody is notified. */
  readonly muted_until: string | null;
  readonly last_fired_at: string | null;
  /** What `v1a` signatures of its webhook are verified with, newest first. */
  readonly public_keys: readonly string[];
  readonly created_by: { readonly type: string; readonly id?: string; readonly name?: string; readonly email?: string };
  readonly created_at: string;
  readonly updated_at: string;
  /** What `v1` signatures of its webhook are verified with. Shown once; null where it is not new. */
  readonly signing_secret: string | null;
}

export interface CreatedInvitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly invited_by: { readonly name: string };
  readonly created_at: string;
  readonly expires_at: string;
  readonly link: string;
}

export interface CreatedKey {
  readonly id: string;
  /** `daybook` for a key of the platform. */
  readonly organization: string;
  readonly name: string;
  /** How the key begins. */
  readonly prefix: string;
  readonly scopes: readonly (
    | "events:write"
    | "events:read"
    | "organizations:write"
    | "keys:manage"
    | "streams:manage"
    | "alerts:manage"
  )[];
  readonly created_by: { readonly type: string; readonly id?: string; readonly name?: string; readonly email?: string };
  readonly created_at: string;
  readonly expires_at: string | null;
  /** At most a minute behind. */
  readonly last_used_at: string | null;
  readonly key: string;
}

export interface CreatedStream {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly type: "webhook" | "splunk_hec" | "datadog" | "s3" | "syslog" | "otlp" | "elasticsearch" | "http" | "file";
  readonly config: { readonly [name: string]: unknown };
  /** Names of the secrets that are set. The secrets are never shown. */
  readonly secrets: readonly string[];
  /** What `v1a` signatures of a webhook are verified with, newest first. */
  readonly public_keys: readonly string[];
  readonly format: "daybook" | "ocsf" | "cef";
  readonly filter: { readonly [name: string]: unknown };
  readonly proof: "none" | "checkpoints" | "entry";
  readonly organizations: "own" | "all";
  /** False: paused. */
  readonly enabled: boolean;
  readonly created_by: { readonly type: string; readonly id?: string; readonly name?: string; readonly email?: string };
  readonly created_at: string;
  readonly updated_at: string;
  readonly state: {
    readonly health: "ok" | "delayed" | "failing" | "disabled" | "paused";
    /** `<log id>:<sequence>` of the last event that was delivered or left out by the filter; null: none. */
    readonly delivered_through: string | null;
    /** Events that were not looked at yet. */
    readonly lag: number;
    /** Events that were delivered, repeats included. */
    readonly delivered: number;
    readonly last_delivered_at: string | null;
    readonly failing_since: string | null;
    readonly last_error: string | null;
  };
  /** What to know about the events that it begins with, for example that the receiver drops such old ones. */
  readonly warnings: readonly string[];
  /** What `v1` signatures of a webhook are verified with; null for streams of another type. */
  readonly signing_secret: string | null;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Of the second factor: six digits, or a recovery code. */
  readonly code?: string;
}

/** In the place of an event that cannot be shown. */
export interface DamagedEntry {
  readonly damaged: true;
  readonly tenant_id: string;
  /** Absent where search is wrong. */
  readonly sequence?: number;
  readonly reason: "log" | "header" | "body" | "search";
}

export interface EventsPage {
  readonly data: readonly (Event | DamagedEntry)[];
  readonly next_cursor: string | null;
  readonly total: Total;
  /** A position: what was recorded later is not in the page. For `as_of` and `since`. */
  readonly indexed_through: string;
  /** With `new_ip=true`: ids of events whose actor was not seen from there in 90 days. */
  readonly new_ip?: readonly string[];
  /** With `new_ip=true`: ids of events from the actor's first 24 hours at that address, and when the actor was first recorded there. */
  readonly first_seen?: { readonly [name: string]: string };
  /** With `recorded_through=true`: null when nothing had been recorded yet. */
  readonly recorded_through?: string | null;
  /** The organization's newest checkpoint that every witness has cosigned, as a signed note; absent without a witness. Keep it: with it, you can detect a changed log. A later checkpoint covers the newest events. */
  readonly checkpoint?: string;
}

export interface Facets {
  readonly field: string;
  readonly values: readonly {
    /** Absent where `damaged` is true. */
    readonly value?: string;
    readonly count: number;
    /** With `names=true`, where there is one. */
    readonly name?: string;
    /** With `names=true`, where there is one. */
    readonly email?: string;
    /** The entry that would give the name is damaged. */
    readonly damaged?: true;
    readonly reason?: "log" | "header" | "body" | "search";
  }[];
  readonly more: boolean;
}

export interface Finding {
  readonly part: "log" | "tree" | "checkpoints" | "search" | "ids" | "identity";
  readonly kind: string;
  readonly message: string;
  readonly sequence: number | null;
  readonly id: string | null;
}

export interface Firing {
  readonly id: string;
  readonly alert: { readonly id: string; readonly name: string };
  readonly fired_at: string;
  readonly kind: "match" | "threshold" | "new_value" | "silence" | "report" | "rest";
  readonly summary: string;
  /** The user, address or other value that it is about. */
  readonly value: string | null;
  /** How many matches it is about. */
  readonly count: number;
  /** When the first of them was recorded. */
  readonly since: string;
  /** Whose events. */
  readonly organization: string;
  /** The event that it fired for. */
  readonly event_id: string | null;
  readonly acknowledged_by: {
    readonly type: string;
    readonly id?: string;
    readonly name?: string;
    readonly email?: string;
  } | null;
  readonly acknowledged_at: string | null;
  /** Why somebody was not notified, once that was given up. */
  readonly undelivered: string | null;
}

export interface Groups {
  readonly by: "actor_id" | "resource" | "role" | "ip" | "network";
  readonly groups: readonly {
    /** Absent where `damaged` is true. */
    readonly value?: string;
    /** Of a resource: two types can use one id. */
    readonly type?: string;
    /** Of a user or resource, as the newest event that names it does. */
    readonly name?: string;
    /** Of a user, from the same event. */
    readonly email?: string;
    /** The entry that would give the name is damaged. */
    readonly damaged?: true;
    readonly reason?: "log" | "header" | "body" | "search";
    readonly count: number;
    /** When the first event of the group happened. */
    readonly first: string;
    /** When the last one did. */
    readonly last: string;
    /** Distinct actors. One without an id counts by its name and e-mail; in a group of addresses also by `metadata.email`. */
    readonly actors: number;
  }[];
  readonly more: boolean;
}

export interface Histogram {
  readonly interval_ms: number;
  readonly buckets: readonly {
    readonly start: string;
    readonly counts: { readonly [name: string]: number };
    /** Those of them that failed or were denied. */
    readonly failures: number;
  }[];
}

export interface InclusionProof {
  /** The event's sequence. */
  readonly leaf_index: number;
  readonly leaf_hash: string;
  readonly tree_size: number;
  readonly hashes: readonly string[];
  /** The signed note (C2SP tlog-checkpoint) that the proof leads to. */
  readonly checkpoint: string;
}

export interface Integrity {
  readonly organization: string;
  readonly origin: string;
  readonly keys: readonly CheckpointKey[];
  /** Entries in the organization's log. */
  readonly entries: number;
  readonly checkpoint: { readonly size: number; readonly root: string; readonly signed_at: string } | null;
  readonly witnesses: readonly {
    readonly name: string;
    readonly key_id: string;
    readonly state: "ok" | "unreachable" | "unknown_log";
    readonly cosigned_size: number;
  }[];
  /** Restores from backups, newest first: each began a log with another origin. */
  readonly restored: readonly {
    /** Of the checkpoints before the restore. */
    readonly previous_origin: string;
    /** Entries that were restored: the first ones of both logs. */
    readonly entries: number;
    /** Entries that were signed before, as far as is known here. If it is more, the rest is gone. */
    readonly signed_entries: number;
    readonly restored_at: string;
    /** Signed note that links both origins. */
    readonly statement: string;
  }[];
  /** alarm: what is stored was changed, and nothing more is signed. */
  readonly state: "ok" | "alarm";
  /** Checkpoints cannot be signed or stored; new entries wait. */
  readonly signing_failing: boolean;
  readonly alarm: { readonly since: string; readonly reason: string; readonly sequence: number | null } | null;
  readonly verification: {
    readonly running: RunningVerification | null;
    readonly last: LastVerification | null;
    /** When the newest run failed before its end. */
    readonly failed_at: string | null;
    readonly next_at: string | null;
  };
}

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly invited_by: { readonly name: string };
  readonly created_at: string;
  readonly expires_at: string;
}

export interface Key {
  readonly id: string;
  /** `daybook` for a key of the platform. */
  readonly organization: string;
  readonly name: string;
  /** How the key begins. */
  readonly prefix: string;
  readonly scopes: readonly (
    | "events:write"
    | "events:read"
    | "organizations:write"
    | "keys:manage"
    | "streams:manage"
    | "alerts:manage"
  )[];
  readonly created_by: { readonly type: string; readonly id?: string; readonly name?: string; readonly email?: string };
  readonly created_at: string;
  readonly expires_at: string | null;
  /** At most a minute behind. */
  readonly last_used_at: string | null;
}

export interface LastVerification {
  /** Of the whole data directory. */
  readonly ok: boolean;
  readonly started_at: string;
  readonly duration_ms: number;
  /** Of all organizations; null for readers outside the platform. */
  readonly entries: number | null;
  /** Those that concern the organization, 100 at most. */
  readonly findings: readonly Finding[];
  readonly findings_here: number;
  readonly only_search: boolean;
}

export interface ListedOrganization {
  readonly id: string;
  readonly name: string;
  /** IANA name; null: each reader's own. */
  readonly time_zone: string | null;
  readonly created_at: string;
  readonly members: number;
}

export interface Member {
  readonly user_id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly joined_at: string;
  readonly two_factor: boolean;
  /** At most five minutes behind. */
  readonly last_active_at: string | null;
}

export interface NamedOrganization {
  readonly id: string;
  readonly name: string;
}

export interface NewAlert {
  readonly condition: AlertCondition;
  /** Only events that match count. The same filters as in a viewer token. */
  readonly filter?: { readonly [name: string]: unknown };
  /** `all`: every organization's events, for alerts of the platform. */
  readonly organizations?: "own" | "all";
  readonly name: string;
  readonly deliver?: {
    /** Who gets an e-mail. */
    readonly email?: readonly string[];
    /** The URL that is called. Requests are signed as Standard Webhooks says. */
    readonly webhook?: { readonly url: string } | null;
    /** `hourly`, `daily`: everything of that time in one message. */
    readonly when?: "at_once" | "hourly" | "daily";
  };
  readonly enabled?: boolean;
}

export interface NewKey {
  /** Default: the caller's own. `daybook` creates a key of the platform. */
  readonly organization?: string;
  readonly name: string;
  readonly scopes: readonly (
    | "events:write"
    | "events:read"
    | "organizations:write"
    | "keys:manage"
    | "streams:manage"
    | "alerts:manage"
  )[];
  /** Default: never. */
  readonly expires_at?: string;
}

export interface NewReview {
  /** Up to which position: what the reviewer has seen. */
  readonly as_of: string;
  /** After which position; the `as_of` of the review before. */
  readonly since?: string;
  readonly filters?: {
    /** An action, or a family such as `api_key.*`; a leading `-` excludes. Repeatable. */
    readonly action?: readonly string[];
    /** The outcome. One of `success`, `failure`, `denied`, `unknown`. Repeatable. */
    readonly outcome?: readonly string[];
    /** Leaves out: The outcome. An event without it is not left out. One of `success`, `failure`, `denied`, `unknown`. Repeatable. */
    readonly not_outcome?: readonly string[];
    /** The type of the resource or of a target equals this or begins with it, whatever the case. */
    readonly resource_type?: string;
    /** Leaves out: The type of the resource or of a target equals this or begins with it, whatever the case. An event without it is not left out. Repeatable. */
    readonly not_resource_type?: readonly string[];
    /** The id of the resource or of a target. Repeatable. */
    readonly resource_id?: readonly string[];
    /** Leaves out: The id of the resource or of a target. An event without it is not left out. Repeatable. */
    readonly not_resource_id?: readonly string[];
    /** The id or the name of the resource or of a target equals this, whatever the case. Repeatable. */
    readonly resource?: readonly string[];
    /** Leaves out: The id or the name of the resource or of a target equals this, whatever the case. An event without it is not left out. Repeatable. */
    readonly not_resource?: readonly string[];
    /** The id, name or e-mail of the actor, or of whom they acted for, equals this, whatever the case. For a part of it, use `q`. Repeatable. */
    readonly who?: readonly string[];
    /** Leaves out: The id, name or e-mail of the actor, or of whom they acted for, equals this, whatever the case. For a part of it, use `q`. An event without it is not left out. Repeatable. */
    readonly not_who?: readonly string[];
    /** The actor's id. Repeatable. */
    readonly actor_id?: readonly string[];
    /** Leaves out: The actor's id. An event without it is not left out. Repeatable. */
    readonly not_actor_id?: readonly string[];
    /** The actor's type. One of `user`, `api_key`, `service`, `system`, `agent`, `anonymous`. Repeatable. */
    readonly actor_type?: readonly string[];
    /** Leaves out: The actor's type. An event without it is not left out. One of `user`, `api_key`, `service`, `system`, `agent`, `anonymous`. Repeatable. */
    readonly not_actor_type?: readonly string[];
    /** The id of the person or program that the actor acted for. Repeatable. */
    readonly on_behalf_of?: readonly string[];
    /** Leaves out: The id of the person or program that the actor acted for. An event without it is not left out. Repeatable. */
    readonly not_on_behalf_of?: readonly string[];
    /** The actor's role. Repeatable. */
    readonly role?: readonly string[];
    /** Leaves out: The actor's role. An event without it is not left out. Repeatable. */
    readonly not_role?: readonly string[];
    /** An IPv4 or IPv6 address, or a CIDR range, however it is spelled. Repeatable. */
    readonly ip?: readonly string[];
    /** Leaves out: An IPv4 or IPv6 address, or a CIDR range, however it is spelled. An event without it is not left out. Repeatable. */
    readonly not_ip?: readonly string[];
    /** Text that occurs in the description, in an id or a name of the resource or a target, or in the id, name or e-mail of the actor or of whom they acted for. The case does not matter, and there are no wildcards. */
    readonly q?: string;
    /** The request's id. Repeatable. */
    readonly request_id?: readonly string[];
    /** Leaves out: The request's id. An event without it is not left out. Repeatable. */
    readonly not_request_id?: readonly string[];
    /** The session's id. Repeatable. */
    readonly session_id?: readonly string[];
    /** Leaves out: The session's id. An event without it is not left out. Repeatable. */
    readonly not_session_id?: readonly string[];
    /** The trace's id. Repeatable. */
    readonly trace_id?: readonly string[];
    /** Leaves out: The trace's id. An event without it is not left out. Repeatable. */
    readonly not_trace_id?: readonly string[];
    /** The user agent, as it was sent. Repeatable. */
    readonly user_agent?: readonly string[];
    /** Leaves out: The user agent, as it was sent. An event without it is not left out. Repeatable. */
    readonly not_user_agent?: readonly string[];
    /** Who delivered it: `daybook`, `api_key` or `import`, or the id of one of them. Repeatable. */
    readonly source?: readonly string[];
    /** Leaves out: Who delivered it: `daybook`, `api_key` or `import`, or the id of one of them. An event without it is not left out. Repeatable. */
    readonly not_source?: readonly string[];
    /** The number of the entry: one event, whatever its id. Repeatable. */
    readonly sequence?: readonly string[];
    /** Leaves out: The number of the entry: one event, whatever its id. An event without it is not left out. Repeatable. */
    readonly not_sequence?: readonly string[];
    /** The local time in `tz`: from the first minute on, before the second. It can go over midnight, and begin with a weekday or a range of them. */
    readonly time_of_day?: string;
    /** Leaves out: The local time in `tz`: from the first minute on, before the second. It can go over midnight, and begin with a weekday or a range of them. An event without it is not left out. Repeatable. */
    readonly not_time_of_day?: readonly string[];
    /** The day of the week in `tz`. One of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`. Repeatable. */
    readonly weekday?: readonly string[];
    /** `true`: only events recorded within 24 hours of the first event, by sequence, of that actor at that address. One of `true`. */
    readonly first_seen?: string;
    /** A value in the metadata, by its path: keys joined by `.`; `.` and `\` inside a key are escaped by `\`. A string is compared as it is, another value as compact JSON. A list matches when one of its elements does. Repeatable. */
    readonly "metadata.<path>"?: readonly string[];
    /** Leaves out: A value in the metadata, by its path: keys joined by `.`; `.` and `\` inside a key are escaped by `\`. A string is compared as it is, another value as compact JSON. A list matches when one of its elements does. An event without it is not left out. Repeatable. */
    readonly "not_metadata.<path>"?: readonly string[];
    /** From this instant (RFC 3339) or the beginning of this day on. Default: `end`, or now, less 30 days; with `request_id`, `session_id`, `trace_id` or `sequence`, the whole log. */
    readonly start?: string;
    /** Before this instant (RFC 3339), or up to and including this day. Default: open. */
    readonly end?: string;
    /** IANA time zone of days, `time_of_day` and `weekday`. Default: UTC. */
    readonly tz?: string;
  };
  readonly note?: string;
  /** The name of the saved view that was reviewed, as it was then. */
  readonly view?: string;
}

export interface OpenInvitation {
  readonly organization: { readonly id: string; readonly name: string };
  readonly email: string;
  readonly role: Role;
  readonly invited_by: { readonly name: string };
  readonly expires_at: string;
  /** Whether somebody of this e-mail has an account: then sign in first. */
  readonly account: boolean;
}

export interface OrganizationChange {
  readonly name?: string;
  /** IANA name; null: each reader's own. */
  readonly time_zone?: string | null;
  /** What happens to events whose permanent fields look like an e-mail address or a phone number. */
  readonly personal_ids?: "warn" | "refuse";
  /** As `time_of_day` takes them, in the organization's time zone; null: not set. */
  readonly office_hours?: string | null;
  /** The logs must be reviewed every week, by the end of this day; null: no reviews are due. */
  readonly review_due?: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun" | null;
  /** Actions and families that the page marks; null: the default. */
  readonly sensitive_actions?: readonly string[] | null;
}

export interface OrganizationsPage {
  readonly data: readonly ListedOrganization[];
  readonly next_cursor: string | null;
}

export interface OwnOrganization {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
  /** IANA name; null: each reader's own. */
  readonly time_zone: string | null;
  /** As `time_of_day` takes them, in the organization's time zone; null: not set. */
  readonly office_hours: string | null;
  /** The logs must be reviewed every week, by the end of this day; null: no reviews are due. */
  readonly review_due: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun" | null;
}

export interface OwnSession {
  readonly id: string;
  readonly current: boolean;
  readonly created_at: string;
  /** At most five minutes behind. */
  readonly last_used_at: string;
  readonly expires_at: string;
  /** From where it was started. */
  readonly ip: string | null;
  readonly user_agent: string | null;
}

export type Permission =
  | "audit_log.read"
  | "audit_log.export"
  | "audit_log.review"
  | "api_key.read"
  | "api_key.manage"
  | "member.read"
  | "member.manage"
  | "owner.manage"
  | "organization.read"
  | "organization.update"
  | "stream.read"
  | "stream.manage"
  | "alert.manage"
  | "organization.create"
  | "organization.read_any"
  | "integrity.verify";

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** One of the codes in the error catalogue. */
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  /** Every field at fault, required ones first. */
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

export interface ReadyAlert {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly condition: AlertCondition;
  readonly filter: { readonly [name: string]: unknown };
}

export interface RecordedReview {
  /** The event's id. */
  readonly id: string;
  readonly reviewed_at: string;
  /** A position. */
  readonly as_of: string;
  /** Events that were reviewed, exactly. */
  readonly count: number;
}

export interface ReplayedStream {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly type: "webhook" | "splunk_hec" | "datadog" | "s3" | "syslog" | "otlp" | "elasticsearch" | "http" | "file";
  readonly config: { readonly [name: string]: unknown };
  /** Names of the secrets that are set. The secrets are never shown. */
  readonly secrets: readonly string[];
  /** What `v1a` signatures of a webhook are verified with, newest first. */
  readonly public_keys: readonly string[];
  readonly format: "daybook" | "ocsf" | "cef";
  readonly filter: { readonly [name: string]: unknown };
  readonly proof: "none" | "checkpoints" | "entry";
  readonly organizations: "own" | "all";
  /** False: paused. */
  readonly enabled: boolean;
  readonly created_by: { readonly type: string; readonly id?: string; readonly name?: string; readonly email?: string };
  readonly created_at: string;
  readonly updated_at: string;
  readonly state: {
    readonly health: "ok" | "delayed" | "failing" | "disabled" | "paused";
    /** `<log id>:<sequence>` of the last event that was delivered or left out by the filter; null: none. */
    readonly delivered_through: string | null;
    /** Events that were not looked at yet. */
    readonly lag: number;
    /** Events that were delivered, repeats included. */
    readonly delivered: number;
    readonly last_delivered_at: string | null;
    readonly failing_since: string | null;
    readonly last_error: string | null;
  };
  /** What to know about the events that it begins with, for example that the receiver drops such old ones. */
  readonly warnings: readonly string[];
}

export type Role = "owner" | "admin" | "auditor" | "member";

/** How far a running verification has come. The numbers are null for readers outside the platform. */
export interface RunningVerification {
  readonly started_at: string;
  readonly entries: number | null;
  readonly of: number | null;
  readonly findings: number | null;
}

export interface SavedView {
  readonly id: string;
  readonly name: string;
  /** The console's address, from behind its `?`. */
  readonly query: string;
  readonly shared: boolean;
  readonly author: { readonly id: string; readonly name: string };
  /** Whether the caller can change it. */
  readonly editable: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface SeenOrganization {
  readonly id: string;
  readonly name: string;
  /** IANA name; null: each reader's own. */
  readonly time_zone: string | null;
  readonly created_at: string;
  /** What happens to events whose permanent fields look like an e-mail address or a phone number: stored with a warning, or refused. */
  readonly personal_ids: "warn" | "refuse";
  /** As `time_of_day` takes them, in the organization's time zone; null: not set. */
  readonly office_hours: string | null;
  /** The logs must be reviewed every week, by the end of this day; null: no reviews are due. */
  readonly review_due: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun" | null;
  /** Actions and families, such as `api_key.*`, that the page marks. */
  readonly sensitive_actions: readonly string[];
  /** Days after which events are deleted; null: they are kept for ever. */
  readonly retention_days: number | null;
  /** For a session: what its person can do there. */
  readonly permissions?: readonly Permission[];
}

export interface Session {
  readonly user: User | null;
  /** By name; the platform itself, `daybook`, is the last. */
  readonly organizations: readonly OwnOrganization[];
  /** False until the first organization has its owner. */
  readonly set_up: boolean;
}

export interface SetUp {
  readonly token: string;
  readonly organization: { readonly id?: string; readonly name: string };
  readonly owner: { readonly name: string; readonly email: string; readonly password: string };
}

export interface SignInLink {
  readonly token: string;
}

export interface Stream {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly type: "webhook" | "splunk_hec" | "datadog" | "s3" | "syslog" | "otlp" | "elasticsearch" | "http" | "file";
  readonly config: { readonly [name: string]: unknown };
  /** Names of the secrets that are set. The secrets are never shown. */
  readonly secrets: readonly string[];
  /** What `v1a` signatures of a webhook are verified with, newest first. */
  readonly public_keys: readonly string[];
  readonly format: "daybook" | "ocsf" | "cef";
  readonly filter: { readonly [name: string]: unknown };
  readonly proof: "none" | "checkpoints" | "entry";
  readonly organizations: "own" | "all";
  /** False: paused. */
  readonly enabled: boolean;
  readonly created_by: { readonly type: string; readonly id?: string; readonly name?: string; readonly email?: string };
  readonly created_at: string;
  readonly updated_at: string;
  readonly state: {
    readonly health: "ok" | "delayed" | "failing" | "disabled" | "paused";
    /** `<log id>:<sequence>` of the last event that was delivered or left out by the filter; null: none. */
    readonly delivered_through: string | null;
    /** Events that were not looked at yet. */
    readonly lag: number;
    /** Events that were delivered, repeats included. */
    readonly delivered: number;
    readonly last_delivered_at: string | null;
    readonly failing_since: string | null;
    readonly last_error: string | null;
  };
}

export interface StreamChange {
  readonly name?: string;
  readonly config?: { readonly [name: string]: unknown };
  /** Replaces all secrets. Needed whenever `config` changes and the stream has secrets. */
  readonly secrets?: { readonly [name: string]: unknown };
  readonly format?: "daybook" | "ocsf" | "cef";
  /** Only events that match are delivered. The same filters as in a viewer token. */
  readonly filter?: { readonly [name: string]: unknown };
  /** Whether signed checkpoints are sent between the events; with `entry`, also both lines of each entry. */
  readonly proof?: "none" | "checkpoints" | "entry";
  /** False: paused. True also resumes what a receiver has disabled. */
  readonly enabled?: boolean;
}

/** Where it starts: at the beginning, now, or at a sequence or a time of recording. */
export type StreamStart =
  | "beginning"
  | "now"
  | {
      readonly sequence: number;
    }
  | {
      readonly time: string;
    };

export interface StreamTest {
  readonly delivered: boolean;
  /** Why it was not delivered. */
  readonly error: string | null;
  readonly duration_ms: number;
}

/** Exact to 10,000. */
export interface Total {
  readonly value: number;
  readonly relation: "eq" | "gte";
}

export interface TwoFactorSecret {
  /** Base32, to be typed where no QR code can be read. */
  readonly secret: string;
  /** `otpauth://`, for a QR code. */
  readonly uri: string;
  readonly recovery_codes: readonly string[];
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly two_factor: boolean;
  /** Wrong passwords for this account, until they are dismissed; null: there are none to report. */
  readonly password_guessing: {
    readonly noticed_at: string;
    readonly networks: number;
    readonly failures: number;
  } | null;
  /** How they want the table of the Audit Logs page; null: as it comes. */
  readonly columns: {
    /** The columns that are shown, in their order. */
    readonly shown: readonly string[];
    /** In rem, of the columns that have another width than the table gives them. */
    readonly widths: { readonly [name: string]: number };
  } | null;
}

export interface Viewer {
  readonly organization: {
    readonly id: string;
    readonly name: string;
    readonly time_zone: string | null;
    /** Actions and families that the page marks. */
    readonly sensitive_actions: readonly string[];
  };
  /** As it was given: nothing outside it is shown. */
  readonly filter: { readonly [name: string]: string | readonly string[] };
  readonly permissions: readonly Permission[];
  readonly expires_at: string;
}
