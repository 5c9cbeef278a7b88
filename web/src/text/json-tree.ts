import { JSON_TOKEN } from "./json.ts";

/** A JSON value with the text it was recorded as: numbers keep their digits, and members their order. */
export type JsonNode =
  | { readonly type: "object"; readonly text: string; readonly members: readonly JsonMember[] }
  | { readonly type: "array"; readonly text: string; readonly items: readonly JsonNode[] }
  | { readonly type: "string" | "number" | "literal"; readonly text: string };

export interface JsonMember {
  readonly key: string;
  readonly value: JsonNode;
}

interface Open {
  readonly start: number;
  readonly members: JsonMember[] | undefined;
  readonly items: JsonNode[];
  key: string;
}

function scalar(token: string): JsonNode {
  if (token.startsWith('"')) return { type: "string", text: token };
  return { type: /^[-\d]/.test(token) ? "number" : "literal", text: token };
}

/** @param text one well-formed JSON value, of any depth. */
export function parseJsonTree(text: string): JsonNode {
  const open: Open[] = [];
  let root: JsonNode = { type: "literal", text: "null" };
  let string = '""';
  const place = (node: JsonNode) => {
    const parent = open.at(-1);
    if (parent === undefined) root = node;
    else if (parent.members) parent.members.push({ key: parent.key, value: node });
    else parent.items.push(node);
  };
  let pending: string | undefined;
  const flush = () => {
    if (pending !== undefined) place(scalar(pending));
    pending = undefined;
  };
  for (const { 0: token, index } of text.matchAll(JSON_TOKEN)) {
    const top = open.at(-1);
    if (token === "{" || token === "[") {
      open.push({ start: index, members: token === "{" ? [] : undefined, items: [], key: "" });
    } else if (token === "}" || token === "]") {
      flush();
      const closed = open.pop();
      if (closed === undefined) continue;
      const whole = text.slice(closed.start, index + 1);
      place(
        closed.members
          ? { type: "object", text: whole, members: closed.members }
          : { type: "array", text: whole, items: closed.items },
      );
    } else if (token === ":" && top) {
      top.key = JSON.parse(string);
      pending = undefined;
    } else if (token === ",") flush();
    else {
      string = token;
      pending = token;
    }
  }
  flush();
  return root;
}

/** Whether two values are the same, however their strings are escaped. */
export function sameJson(one: JsonNode, other: JsonNode): boolean {
  if (one.text === other.text) return true;
  if (one.type === "string" && other.type === "string") return JSON.parse(one.text) === JSON.parse(other.text);
  if (one.type === "array" && other.type === "array") {
    const { items } = other;
    return one.items.length === items.length && one.items.every((item, at) => isSame(item, items[at]));
  }
  if (one.type !== "object" || other.type !== "object" || one.members.length !== other.members.length) return false;
  const members = new Map(other.members.map(({ key, value }) => [key, value]));
  return one.members.every(({ key, value }) => isSame(value, members.get(key)));
}

function isSame(one: JsonNode, other: JsonNode | undefined): boolean {
  return other !== undefined && sameJson(one, other);
}
