import { type MetadataParameter, meaningOf } from "@daybook/sdk/filters";
import { withExcluded } from "./exclusions.ts";
import {
  admitting,
  type Exclusion,
  excludedBy,
  exclusionOf,
  type FilterName,
  type Filters,
  filterFault,
  isExcludable,
  isExclusion,
  isRepeatable,
} from "./filters.ts";

/** What the search box reads as filters: `user:usr_1`, `-ip:10.0.0.0/8`, `role:"billing admin"`. All else is text to look for. */

/** `tenant` goes to another organization. It is not a filter. */
const MEANINGS = {
  user: "actor_id",
  ip: "ip",
  role: "role",
  outcome: "outcome",
  resource: "resource_id",
  type: "resource_type",
  action: "action",
  actor_type: "actor_type",
  first_seen: "first_seen",
  tenant: "tenant",
} as const satisfies Record<string, FilterName | "tenant">;

type Prefix = keyof typeof MEANINGS;
export type Meaning = (typeof MEANINGS)[Prefix];

export interface Token {
  readonly name: Meaning | Exclusion | MetadataParameter;
  /** With `-` before it where it excludes an action; others are excluded by a filter of their own. */
  readonly value: string;
}

export interface ReadTokens {
  readonly tokens: readonly Token[];
  /** Tokens that cannot be meant, each with why. */
  readonly faults: readonly { readonly text: string; readonly reason: string }[];
  /** The text without its tokens. */
  readonly rest: string;
}

/** `metadata.plan:pro`, `metadata.a\\.b:1`: a path as the API takes it. */
const PREFIXES = [...Object.keys(MEANINGS), String.raw`metadata\.(?:\\.|[^\s:"\\])+`].join("|");
/** What begins with a quotation mark that nothing closes reaches to the end: its spaces are still being typed. */
const TOKEN = new RegExp(String.raw`(?<=^|\s)(-?)(${PREFIXES}):(?:"([^"]*)"|("[^"]*$|\S+))(?=\s|$)`, "gi");
const UNCLOSED = /^"[^"]*$/;
/** A token as plain text is written with a backslash before it; where there is one already, with one more. */
const ESCAPED = new RegExp(String.raw`(?<=^|\s)\\(\\*-?(?:${PREFIXES}):)`, "gi");
const TO_ESCAPE = new RegExp(String.raw`(?<=^|\s)(\\*-?(?:${PREFIXES}):)`, "gi");

function isMetadata(name: string): name is MetadataParameter {
  return meaningOf(name)?.filter === "metadata";
}

function fault(name: Meaning | MetadataParameter, value: string, negated: boolean): string | undefined {
  if (negated && name !== "action" && !isExcludable(name) && !isMetadata(name)) return "nothing that can be excluded";
  if (name === "first_seen" && value !== "true") return "not yes";
  return name === "tenant" ? undefined : filterFault(name, value);
}

/** As the filter takes it. */
function tokenValue(name: Token["name"], given: string): string {
  if (name === "first_seen") return given.toLowerCase() === "yes" ? "true" : given;
  return name === "outcome" ? given.toLowerCase() : given;
}

/** @param meanings what can be meant here; other tokens stay text. */
export function readTokens(text: string, meanings: ReadonlySet<Meaning>): ReadTokens {
  const tokens: Token[] = [];
  const faults: { text: string; reason: string }[] = [];
  let removed = false;
  const rest = text.replace(TOKEN, (whole, minus: string, prefix: string, quoted?: string, word?: string) => {
    // The keys of metadata tell capitals from small letters.
    const isPath = /^metadata\./i.test(prefix);
    const path: MetadataParameter = `metadata.${prefix.slice("metadata.".length)}`;
    const name = isPath ? path : MEANINGS[prefix.toLowerCase() as Prefix];
    const given = quoted ?? word ?? "";
    const value = tokenValue(name, given);
    if ((!isMetadata(name) && !meanings.has(name)) || value === "") return whole;
    const unclosed = word !== undefined && UNCLOSED.test(word);
    const reason = unclosed ? "missing its closing quotation mark" : fault(name, value, minus !== "");
    if (reason !== undefined) {
      faults.push({ text: whole, reason });
      return whole;
    }
    removed = true;
    if (isMetadata(name)) tokens.push({ name: minus === "" ? name : `not_${name}`, value });
    else
      tokens.push(
        minus !== "" && isExcludable(name) ? { name: exclusionOf(name), value } : { name, value: minus + value },
      );
    return "";
  });
  const kept = removed ? rest.replace(/\s+/g, " ").trim() : rest;
  return { tokens, faults, rest: kept.replace(ESCAPED, "$1") };
}

/** A text to look for as it is to be typed so that none of it is read as a token. */
export function asTyped(text: string): string {
  return text.replace(TO_ESCAPE, "\\$1");
}

/** The filters with what the tokens say: of what can be several each is added, of the others the last one counts. */
export function withTokens(filters: Filters, tokens: readonly Token[]): Filters {
  let next = filters;
  for (const { name, value } of tokens) {
    if (name === "tenant") continue;
    const base = excludedBy(name);
    if (isExclusion(name) && isExcludable(base)) {
      next = withExcluded(next, base, value);
      continue;
    }
    if (isExcludable(name)) next = admitting(next, name, [value]);
    // An action gives way to its exclusion, and the other way round, as the exclusions of other filters do.
    const opposite = name === "action" && (value.startsWith("-") ? value.slice(1) : `-${value}`);
    const taken = [next[name] ?? []].flat().filter((one) => one !== opposite);
    const several = isRepeatable(name);
    // Each value was found to be one of its name when it was read.
    next = { ...next, [name]: several ? [...new Set([...taken, value])] : value };
  }
  return next;
}

/** The token that leaves a value out, as it is typed; undefined where none can say it. */
export function exclusionToken(name: FilterName, value: string): string | undefined {
  const meaning = excludedBy(name);
  const prefix = Object.entries(MEANINGS).find(([, one]) => one === meaning)?.[0];
  if (prefix === undefined || meaning === "action" || /[\r\n]/.test(value)) return undefined;
  return [`-${prefix}:${value}`, `-${prefix}:"${value}"`].find((text) => {
    const { tokens, rest } = readTokens(text, new Set(Object.values(MEANINGS)));
    return rest === "" && tokens.length === 1 && tokens[0]?.value === value;
  });
}
