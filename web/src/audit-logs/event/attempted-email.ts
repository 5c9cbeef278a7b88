import type { LoggedEvent } from "../../api/events.ts";
import { isRefused } from "./refused.ts";

/**
 * The e-mail that a sign-in was tried with and failed. Of an account that is known it is shown as it is. What belongs to nobody is masked: it
 * can be a password that was typed into the wrong field.
 */
export function attemptedEmail({ action, outcome, actor, metadata }: LoggedEvent): string | undefined {
  if (action !== "auth.login" || !isRefused(outcome)) return undefined;
  const given = actor.email ?? metadata?.email;
  if (typeof given !== "string" || given === "") return undefined;
  return actor.id === undefined ? masked(given) : given;
}

/** "p•••@acme.example"; of a text that is not an e-mail nothing is left. */
function masked(text: string): string {
  const at = text.lastIndexOf("@");
  const [first = ""] = Array.from(text);
  return at < 1 ? "•••" : `${first}•••${text.slice(at)}`;
}
