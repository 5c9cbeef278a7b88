import { ACTOR_TYPES, OUTCOMES } from "@daybook/sdk";
import fc from "fast-check";

export const text = fc.string({ unit: "grapheme", maxLength: 30 });
const key = fc.oneof(
  fc.constantFrom("changes", "metadata", "1", "0", "body_hash", "nonce"),
  text.filter((k) => k !== "__proto__"),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
})).value;
const resource = fc.record({ type: text.filter((t) => t !== ""), id: text, name: text }, { requiredKeys: ["type"] });
/** Numbers as callers spell them. */
export const numberText = fc.oneof(
  fc.constantFrom("-0", "0.0", "1.0", "1e3", "1E+3", "-1.50e-7", "0.12345678901234567", "6.02214076E+23", "5e-324"),
  fc.maxSafeInteger().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => double.toExponential()),
);
const notAnAddress = fc.oneof(
  fc.constantFrom("", "unknown", "203.0.113.7, 10.0.0.1"),
  text.map((any) => `host ${any}`),
);
const person = {
  type: fc.constantFrom(...ACTOR_TYPES),
  id: text,
  name: text,
  email: text,
  role: text,
};
/** An event as a caller can send it, with every odd character and key that it can hold. */
export const arbitraryEvent = fc.record(
  {
    action: fc.constantFrom("auth.login", "db.update", "x"),
    actor: fc.record(
      { ...person, on_behalf_of: fc.record(person, { requiredKeys: ["type", "id"] }) },
      { requiredKeys: ["type"] },
    ),
    resource,
    outcome: fc.constantFrom(...OUTCOMES),
    targets: fc.array(resource, { maxLength: 3 }),
    description: fc.oneof(text, fc.constant(',"changes":[],"metadata":{}}')),
    context: fc.record(
      {
        ip: fc.oneof(fc.ipV4(), fc.ipV6(), notAnAddress),
        user_agent: text,
        request_id: text,
        session_id: text,
        trace_id: text,
      },
      { requiredKeys: ["ip"] },
    ),
    changes: fc.array(fc.record({ path: text, before: json, after: json }, { requiredKeys: ["path"] }), {
      maxLength: 3,
    }),
    metadata: fc.dictionary(key, json, { maxKeys: 5 }),
  },
  { requiredKeys: ["action", "actor", "resource"] },
);
