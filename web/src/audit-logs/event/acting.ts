import type { Actor, ActorType } from "@daybook/sdk";
import { truncateId } from "../../text/truncate.ts";
import type { Fact } from "./facts.ts";

/** What can act. */
export const TYPE_NAMES: Readonly<Record<ActorType, string>> = {
  user: "User",
  api_key: "API key",
  service: "Service",
  system: "System",
  agent: "Agent",
  anonymous: "Anonymous",
};

/** Who acted for whom, in two parts that can be shortened on their own: "Agent Helper", "for Ada". */
export interface Acting {
  readonly who: string;
  readonly forWhom: string;
}

/** Undefined for who acted on their own authority. */
export function actingOf({ type, id, name, on_behalf_of: principal }: Actor): Acting | undefined {
  if (principal === undefined) return undefined;
  const called = nameOf(name, id);
  // A person needs no word for what they are, unless there is nothing else to call them.
  const kind = type === "user" && called !== undefined ? undefined : (TYPE_NAMES[type] ?? type);
  return {
    who: [kind, called].filter((part) => part !== undefined).join(" "),
    forWhom: `for ${nameOf(principal.name, principal.id) ?? TYPE_NAMES[principal.type]}`,
  };
}

function nameOf(name: string | undefined, id: string | undefined): string | undefined {
  if (name !== undefined && name !== "") return name;
  return id === undefined || id === "" ? undefined : truncateId(id);
}

/** Who it was, in words; nothing where only an id says it. */
export function whoFacts(actor: Actor): Fact[] {
  const acting = actingOf(actor);
  const who = acting === undefined ? actor.name : `${acting.who} ${acting.forWhom}`;
  if (who === undefined || who === "") return [];
  // Two names together are the value of nothing: the filters take the one of who acted.
  const named = actor.name || actor.id;
  return [{ label: "Who", value: who, ...(named && { filter: "who", filterFor: named }) }];
}

/** What the details say about whom the actor acted for. */
export function principalFacts({ on_behalf_of: principal }: Actor): Fact[] {
  if (principal === undefined) return [];
  const { type, id, name, email, role } = principal;
  return [
    {
      label: "On behalf of",
      value: [name ?? TYPE_NAMES[type] ?? type, role].filter(Boolean).join(", "),
      ...(name && { filter: "who", filterFor: name }),
    },
    { label: "On behalf of ID", value: id, id: true, filter: "on_behalf_of" },
    ...(email === undefined ? [] : [{ label: "On behalf of e-mail", value: email, filter: "who" } as const]),
  ];
}
