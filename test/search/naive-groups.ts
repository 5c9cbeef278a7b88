import type { GroupKey } from "../../src/query/query.ts";
import type { Group } from "../../src/search/contract.ts";
import { fold, type NaiveEvent, spelled } from "./naive.ts";

/** The groups of these events, each worked out by itself. */
export function naiveGroups(events: readonly NaiveEvent[], by: GroupKey) {
  const groups = new Map<string, NaiveEvent[]>();
  for (const one of events) {
    const key = keyOf(one, by);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([key, members]) => {
    const times = members.map(({ at }) => at);
    const actors = new Set(members.map((member) => actorOf(member, by)).filter((who) => who !== ""));
    const [value, type] = JSON.parse(key) as [string, string?];
    const ends = { first: Math.min(...times), last: Math.max(...times) };
    return { value, ...(type === undefined ? {} : { type }), count: members.length, ...ends, actors: actors.size };
  });
}

function keyOf({ event: { actor, resource, context } }: NaiveEvent, by: GroupKey): string | undefined {
  if (by === "actor_id") return actor.id ? JSON.stringify([actor.id]) : undefined;
  if (by === "resource") return resource.id ? JSON.stringify([resource.id, resource.type]) : undefined;
  if (by === "role") return actor.role ? JSON.stringify([actor.role]) : undefined;
  if (context?.ip === undefined) return undefined;
  const ip = spelled(context.ip);
  return JSON.stringify([by === "ip" ? ip : networkOf(ip)]);
}

function networkOf(ip: string): string {
  if (!ip.includes(":")) return `${ip.split(".").slice(0, 3).join(".")}.0/24`;
  const [head = "", tail] = ip.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":").flatMap(hextets));
  const [first, last] = [groups(head), groups(tail ?? "")];
  const all = [...first, ...Array<string>(tail === undefined ? 0 : 8 - first.length - last.length).fill("0"), ...last];
  return `${spelled(`${all.slice(0, 4).join(":")}::`)}/64`;
}

/** The last 32 bits of some addresses are written as IPv4. */
function hextets(text: string): string[] {
  if (!text.includes(".")) return [text];
  const [a = 0, b = 0, c = 0, d = 0] = text.split(".").map(Number);
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}

/** Whom an event is by, so that each counts once. */
function actorOf({ event: { actor, metadata } }: NaiveEvent, by: GroupKey): string {
  if (actor.id) return `id ${actor.id}`;
  const known = [actor.name, actor.email].filter((text) => text !== undefined && text !== "");
  if (known.length > 0) return `known ${known.map((text) => fold(text as string)).join("\n")}`;
  if (by !== "ip" && by !== "network") return "";
  const { email } = metadata === undefined ? {} : (JSON.parse(metadata) as { email?: unknown });
  return typeof email === "string" && email !== "" ? `tried ${email.toLowerCase()}` : "";
}

/** Groups in an order that both have, without the places of their names. */
export function sorted(groups: readonly (Omit<Group, "place"> & Partial<Group>)[]): string[] {
  return groups.map(({ place: _, ...group }) => JSON.stringify(group)).sort();
}
