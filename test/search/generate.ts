import { BUILT_IN_ACTIONS, OUTCOMES } from "@daybook/sdk";
import { encodeEntry } from "../../src/event/codec.ts";
import type { ValidEvent } from "../../src/event/validate.ts";
import type { MemoryLog } from "./memory-log.ts";

/** Mulberry32: the same events for the same seed. @returns numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const NOUNS = [
  "production",
  "staging",
  "billing",
  "webhook",
  "Ökosystem",
  "support",
  "mobile",
  "analytics",
  "invoice",
  "release",
];
const ROLES = ["owner", "admin", "member", "auditor"];
const AGENTS = [
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
  "acme-sdk/2.4 (node 20)",
];

/** Believable activity, spread evenly over `days` before `now`; a tenth of it arrives late. */
export function fillLog(
  log: MemoryLog,
  options: { count: number; seed: number; now: number; days: number; organizations: string[] },
) {
  const next = random(options.seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const span = options.days * 86_400_000;
  for (let i = 0; i < options.count; i++) {
    const recordedAt = options.now - span + Math.floor((span * i) / options.count);
    const late = next() < 0.1 ? Math.floor(next() * 86_400_000) : 0;
    const organization = pick(options.organizations);
    const action = pick(BUILT_IN_ACTIONS);
    const user = Math.floor(next() * next() * 400);
    const event: ValidEvent = {
      timestamp: new Date(recordedAt - late).toISOString(),
      action,
      outcome: next() < 0.9 ? "success" : pick(OUTCOMES),
      actor: {
        type: "user",
        id: `user_${user}`,
        name: `User ${user}`,
        email: `user${user}@example.com`,
        role: pick(ROLES),
      },
      resource: { type: action.split(".")[0] ?? "", id: `${pick(NOUNS)}_${Math.floor(next() * 5_000).toString(36)}` },
      description: `User ${user} did ${action} on the ${pick(NOUNS)} ${pick(NOUNS)} in ${pick(NOUNS)} no. ${Math.floor(next() * 100_000)}`,
      context: {
        ip: `203.0.${Math.floor(next() * 8)}.${user % 256}`,
        user_agent: pick(AGENTS),
        request_id: `req_${Math.floor(next() * 2 ** 32).toString(16)}`,
      },
      metadata: JSON.stringify({ region: pick(["eu", "us"]), latency_ms: Math.floor(next() * 900), plan: "business" }),
      ...(next() < 0.2 && {
        changes: JSON.stringify([{ path: "name", before: pick(NOUNS), after: pick(NOUNS) }]),
      }),
    };
    const id = `0199${i.toString(16).padStart(8, "0")}-${Math.floor(next() * 2 ** 32).toString(16)}`;
    log.append(organization, (sequence) =>
      encodeEntry(event, { id, organization, sequence, recordedAt, source: { type: "api_key", id: "key_1" } }),
    );
  }
}
