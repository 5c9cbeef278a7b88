import type { Warning } from "@daybook/sdk";
import type { ParsedInput } from "./schema.ts";

/**
 * Permanent fields are part of the header, which erasure keeps, so they should hold no personal data. Ids and roles that look like
 * an e-mail address or a phone number are found here.
 *
 * @param origin nested pointer → the pointer the caller used for it.
 */
export function personalIds(
  event: Pick<ParsedInput, "actor" | "resource" | "targets">,
  origin: ReadonlyMap<string, string>,
): Warning[] {
  const { actor, resource, targets = [] } = event;
  const { on_behalf_of: principal } = actor;
  const warnings: Warning[] = [];
  const check = (pointer: string, text: string | undefined, more = "") => {
    const kind = text === undefined ? undefined : personalKind(text);
    if (kind !== undefined) warnings.push(warning(origin.get(pointer) ?? pointer, kind, more));
  };
  check("/actor/id", actor.id);
  check("/actor/role", actor.role);
  check("/actor/on_behalf_of/id", principal?.id);
  check("/actor/on_behalf_of/role", principal?.role);
  check("/resource/id", resource.id);
  if (targets.length === 0) return warnings;
  // An event can have thousands of targets: the first one is named, the others are counted.
  const [first, ...others] = [...targets.entries()].filter(([, { id }]) => id !== undefined && personalKind(id));
  if (first) check(`/targets/${first[0]}/id`, first[1].id, others.length > 0 ? `; so do ${others.length} more` : "");
  return warnings;
}

function warning(pointer: string, kind: string, more: string): Warning {
  const message = `looks like ${kind}${more}; this field is permanent and cannot be erased, so send a value without personal data`;
  return { pointer, code: "personal_id", message };
}

/** What a text looks like: "an e-mail address" or "a phone number". A plain number is an id, not a phone number. */
export function personalKind(text: string): string | undefined {
  if ((text.includes("@") || text.includes("%40")) && EMAIL.test(text.replaceAll("%40", "@"))) {
    return "an e-mail address";
  }
  return isPhoneNumber(text) ? "a phone number" : undefined;
}

const EMAIL = /[^\s@<>"(),:;]@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/u;

/** The digits that a phone number has at least and at most (E.164). */
const PHONE_DIGITS = [8, 15] as const;
const PHONE_LENGTH_MAX = 40;
/** A date with an hour has as many digits. */
const PHONE = /^(?!\d{4}-\d\d-\d\d)(?:tel:)?\+?[\d\s()./-]+$/i;
/** What tells a phone number from other digits: `+` or `tel:`, spaces or brackets, or groups as North America writes them. */
const PHONE_SIGN = /^(?:tel:|\+)|[\s(]|^(?:1[.-])?\d{3}[.-]\d{3}[.-]\d{4}$/i;

function isPhoneNumber(text: string): boolean {
  if (text.length > PHONE_LENGTH_MAX) return false;
  const trimmed = text.trim();
  if (!PHONE.test(trimmed) || !PHONE_SIGN.test(trimmed)) return false;
  const digits = trimmed.replaceAll(/\D/g, "").length;
  return digits >= PHONE_DIGITS[0] && digits <= PHONE_DIGITS[1];
}
