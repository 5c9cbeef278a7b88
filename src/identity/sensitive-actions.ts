import { z } from "zod";

/** Which actions an organization watches: keys, roles, two-factor, exports and deletions, unless it chose its own. */
export const SENSITIVE_ACTIONS: readonly string[] = [
  "api_key.*",
  "member.add",
  "member.role_update",
  "member.remove",
  "two_factor.*",
  "session.revoke",
  "organization.update",
  "audit_log.export",
  "retention.*",
  "hold.*",
  "knowledge.delete",
  "channel.delete",
  "db.delete",
];

/** One condition over actions takes so many. */
export const SENSITIVE_ACTIONS_MAX = 100;

const stored = z.array(z.string());

/** @param text JSON of a list; null where the organization has the default. */
export function readSensitiveActions(text: string | null): readonly string[] {
  return text === null ? SENSITIVE_ACTIONS : stored.parse(JSON.parse(text));
}

/** As it is stored: null for the default, so that a later default reaches whoever never chose. */
export function sensitiveActionsText(actions: readonly string[]): string | null {
  const text = JSON.stringify(actions);
  return text === JSON.stringify(SENSITIVE_ACTIONS) ? null : text;
}
