import { type FilterName, type Filters, filterFault } from "./filters.ts";

/** What the search box reads as filters: `user:usr_1`, `-action:auth.*`, `role:"billing admin"`. All else is text to look for. */

/** `tenant` goes to another organization, which is no filter. */
const MEANINGS = {
  user: "actor_id",
  ip: "ip",
  role: "role",
  outcome: "outcome",
  resource: "resource_id",
  type: "resource_type",
  action: "action",
  tenant: "tenant",
} as const satisfies Record<string, FilterName | "tenant">;

type Prefix = keyof typeof MEANINGS;
export type Meaning = (typeof MEANINGS)[Prefix];

export interface Token {
  readonly name: Meaning;
  /** With `-` before it where it excludes an action. */
  readonly value: string;
}

export interface Reading {
  readonly tokens: readonly Token[];
  /** Tokens that cannot be meant, each with why. */
  readonly faults: readonly { readonly text: string; readonly reason: string }[];
  /** The text without its tokens. */
  readonly rest: string;
}

const PREFIXES = Object.keys(MEANINGS).join("|");
const TOKEN = new RegExp(String.raw`(?<=^|\s)(-?)(${PREFIXES}):(?:"([^"]*)"|(\S+))(?=\s|$)`, "gi");
/** A token as plain text is written with a backslash before it; where there is one already, with one more. */
const ESCAPED = new RegExp(String.raw`(?<=^|\s)\\(\\*-?(?:${PREFIXES}):)`, "gi");
const TO_ESCAPE = new RegExp(String.raw`(?<=^|\s)(\\*-?(?:${PREFIXES}):)`, "gi");

function fault(name: Meaning, value: string, negated: boolean): string | undefined {
  if (negated && name !== "action") return "only actions can be excluded";
  return name === "tenant" ? undefined : filterFault(name, value);
}

/** @param meanings what can be meant here; other tokens stay text. */
export function readTokens(text: string, meanings: ReadonlySet<Meaning>): Reading {
  const tokens: Token[] = [];
  const faults: { text: string; reason: string }[] = [];
  let removed = false;
  const rest = text.replace(TOKEN, (whole, minus: string, prefix: string, quoted?: string, word?: string) => {
    const name = MEANINGS[prefix.toLowerCase() as Prefix];
    const given = quoted ?? word ?? "";
    const value = name === "outcome" ? given.toLowerCase() : given;
    if (!meanings.has(name) || value === "") return whole;
    const reason = fault(name, value, minus !== "");
    if (reason !== undefined) {
      faults.push({ text: whole, reason });
      return whole;
    }
    removed = true;
    tokens.push({ name, value: minus + value });
    return "";
  });
  const kept = removed ? rest.replace(/\s+/g, " ").trim() : rest;
  return { tokens, faults, rest: kept.replace(ESCAPED, "$1") };
}

/** A text to look for as it is to be typed so that none of it is read as a token. */
export function asTyped(text: string): string {
  return text.replace(TO_ESCAPE, "\\$1");
}

/** The filters with what the tokens say: actions and outcomes are added, of the others the last one counts. */
export function withTokens(filters: Filters, tokens: readonly Token[]): Filters {
  const next: { [key in FilterName]?: string | readonly string[] } = { ...filters };
  for (const { name, value } of tokens) {
    if (name === "tenant") continue;
    const taken = [next[name] ?? []].flat();
    if (name === "action" || name === "outcome") next[name] = taken.includes(value) ? taken : [...taken, value];
    else next[name] = value;
  }
  // Each value was found to be one of its name when it was read.
  return next as Filters;
}
