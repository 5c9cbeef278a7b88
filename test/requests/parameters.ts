/** Query parameters as a user of the API knows them, written down apart from the server's own table. */
export interface Parameter {
  readonly name: string;
  readonly valid: readonly string[];
  /** Each is refused wherever the parameter is taken. */
  readonly malformed: readonly string[];
  readonly repeatable?: boolean;
}

const EXACT = { malformed: ["", "x".repeat(1025)], repeatable: true } as const;

const exact = (name: string, ...valid: string[]): Parameter => ({ name, valid, ...EXACT });

const OUTCOMES = {
  valid: ["failure", "success", "denied"],
  malformed: ["", "FAILURE", "ok", "-failure"],
  repeatable: true,
};
const TYPES = { valid: ["user", "agent", "system"], malformed: ["", "User", "bot"], repeatable: true };
const ADDRESSES = {
  valid: [
    "203.0.113.7",
    "::ffff:203.0.113.7",
    "2001:DB8:0::1",
    "203.0.113.0/24",
    "::/0",
    "0.0.0.0/0",
    "::1.2.3.4",
    "192.0.2.200",
  ],
  malformed: ["", "10", "300.1.1.1", "[::1]", "203.0.113.7:80", "10.0.0.0/33", "unknown", "fe80::1%eth0", "010.0.0.1"],
  repeatable: true,
};

export const FILTERS: readonly Parameter[] = [
  {
    name: "action",
    valid: ["auth.login", "auth.*", "-auth.login", "billing.invoice.*", "-billing.*", "none.such"],
    malformed: ["", "-", "--", "-*", "*", "auth.*.x*", "a b", "é"],
    repeatable: true,
  },
  { name: "outcome", ...OUTCOMES },
  { name: "not_outcome", ...OUTCOMES },
  { name: "resource_type", valid: ["inv", "INVOICE", "thing", "none"], malformed: ["", "x".repeat(1025)] },
  { name: "not_resource_type", valid: ["invoice", "inv", "Thing"], malformed: [""], repeatable: true },
  exact("resource_id", "inv_1", "thing_2", "none"),
  exact("not_resource_id", "inv_1", "acc_9"),
  exact("actor_id", "u1", "u2", "café", "-u1"),
  exact("not_actor_id", "u1", "café", "none"),
  { name: "actor_type", ...TYPES },
  { name: "not_actor_type", ...TYPES },
  exact("on_behalf_of", "u1", "none"),
  exact("not_on_behalf_of", "u1"),
  exact("role", "admin", "owner", "a, b"),
  exact("not_role", "admin"),
  { name: "ip", ...ADDRESSES },
  { name: "not_ip", ...ADDRESSES },
  {
    name: "q",
    valid: ["invoice", "ADA@", "paid", "%", "_", "\\", "=1+1", "none such"],
    malformed: ["", "x".repeat(1025)],
  },
  exact("request_id", "req_1", "req_2", "none"),
  exact("not_request_id", "req_1"),
  exact("session_id", "ses_1"),
  exact("not_session_id", "ses_1"),
  exact("trace_id", "trace_1", "none"),
  exact("not_trace_id", "trace_1"),
  exact("user_agent", "curl/8.5.0", "none"),
  exact("not_user_agent", "curl/8.5.0"),
  exact("who", "ADA@example.com", "none"),
  exact("not_who", "ada@example.com"),
  exact("resource", "INV_1", "none"),
  exact("not_resource", "inv_1"),
  exact("source", "api_key", "daybook"),
  exact("not_source", "daybook"),
  { name: "sequence", valid: ["0", "7"], malformed: ["", "-1", "1.5", "07", "x"], repeatable: true },
  { name: "not_sequence", valid: ["0", "7"], malformed: ["", "x"], repeatable: true },
  exact("metadata.region", "eu", "us"),
  exact("not_metadata.region", "eu"),
  exact("metadata.n", "1.5", "2"),
  exact("metadata.a\\.b", "x"),
  { name: "metadata.a\\b", valid: [], malformed: ["x"] },
  {
    name: "time_of_day",
    valid: ["18:00-08:00", "00:00-24:00", "mon-fri 12:00-12:01"],
    malformed: ["", "18-8", "25:00-08:00", "08:00", "mon-fri", "Mon 08:00-18:00"],
  },
  {
    name: "not_time_of_day",
    valid: ["sun-thu 08:00-18:00", "18:00-08:00"],
    malformed: ["", "18-8", "mon-fri"],
    repeatable: true,
  },
  { name: "weekday", valid: ["sat", "sun", "mon"], malformed: ["", "Sat", "saturday", "6"], repeatable: true },
  { name: "first_seen", valid: ["true"], malformed: ["", "1", "false", "TRUE"] },
  { name: "tz", valid: ["Europe/Paris", "UTC", "Pacific/Auckland"], malformed: ["", "Mars/Olympus", "+02:00x"] },
  {
    name: "start",
    valid: ["1970-01-01", "2020-02-29", "2026-01-01T00:00:00Z", "2026-03-01T12:00:00.5+02:00", "2016-12-31T23:59:60Z"],
    malformed: [
      "",
      "2026-13-01",
      "2026-02-29",
      "yesterday",
      "1767225600",
      "1969-12-31",
      "2026-01-01T00:00:00",
      "2026-01-01T00:00:60Z",
    ],
  },
  {
    name: "end",
    valid: ["2199-12-30", "2100-01-01T00:00:00Z", "2090-06-30T23:59:60Z"],
    malformed: ["", "2300-01-01", "tomorrow", "2026-1-1", "26-01-01"],
  },
];

export const ORDER: Parameter = { name: "order", valid: ["asc", "desc"], malformed: ["", "ASC", "newest"] };

const FLAG = { valid: ["true", "false"], malformed: ["", "1", "TRUE", "yes"] };

export const flag = (name: string): Parameter => ({ name, ...FLAG });

export const LIMIT: Parameter = {
  name: "limit",
  valid: ["1", "7", "1000", "0050"],
  malformed: ["", "0", "-1", "1001", "1e2", "0x10", " 5", "5.0"],
};
export const BUCKETS: Parameter = { name: "buckets", valid: ["1", "60", "500"], malformed: ["", "0", "501", "ten"] };
export const FIELD: Parameter = {
  name: "field",
  valid: ["action", "outcome", "resource_type", "actor_id", "actor_type", "on_behalf_of", "role", "ip"],
  malformed: ["", "q", "Action", "request_id"],
};
export const BY: Parameter = {
  name: "by",
  valid: ["actor_id", "resource", "role", "ip", "network"],
  malformed: ["", "resource_id", "IP", "action"],
};

/** Names that no call has. */
export const UNKNOWN = [
  "page",
  "Action",
  "actorId",
  "actor.id",
  "q[]",
  "not_action",
  "metadata",
  "__proto__",
  "constructor",
  "key",
  "sort",
  "offset",
  " q",
  "q ",
];

/** Values that do not decode: invalid percent-encoding, or bytes that are not UTF-8. */
export const BADLY_ENCODED = ["%", "%f", "%zz", "%ff", "caf%E9", "%c3%28", "%ed%a0%80", "%u00e9"];
