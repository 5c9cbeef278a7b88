import type { Actor } from "@daybook/sdk";
import { truncateId } from "../../text/truncate.ts";
import { actingOf, TYPE_NAMES } from "./acting.ts";

/** Who it was in a few words: for whom, a name, an e-mail, an id, or else what kind of actor. */
export function whoText(actor: Actor): string {
  const acting = actingOf(actor);
  if (acting !== undefined) return `${acting.who} ${acting.forWhom}`;
  const { name, email, id, type } = actor;
  return name || email || (id && truncateId(id)) || (TYPE_NAMES[type] ?? type);
}
