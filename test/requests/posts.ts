import * as zlib from "node:zlib";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Random } from "../log/random.ts";
import type { Results } from "../support/events.ts";
import type { Expected, Tried } from "./request.ts";

const JSON_TYPES = ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"];
const LINE_TYPES = [
  "application/x-ndjson",
  "application/ndjson",
  "application/jsonl",
  "application/x-ndjson;charset=UTF-8",
];
const OTHER_TYPES = [
  ...[
    "",
    "text/plain",
    "text/json",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    "multipart/form-data",
  ],
  ...["application/x-www-form-urlencoded", "application/json; charset=latin1", "application/xml", "json"],
];

const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Uint8Array };

const ENCODINGS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  GZIP: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  identity: (bytes) => bytes,
  ...(zstdCompressSync && { zstd: zstdCompressSync }),
};
const OTHER_ENCODINGS = ["compress", "gzip, gzip", "utf-8", "gzip;q=1", ...(zstdCompressSync ? [] : ["zstd"])];

type BodyKind = "one" | "array" | "lines" | "garbage" | "nothing" | "array on a line";

export interface Keys {
  readonly writer: string;
  readonly reader: string;
}

/** A request that records events: how they are written, called, compressed and authorised, as often wrong as right. */
export function aPost(random: Random, keys: Keys): Tried {
  const query = random.chance(0.1) ? `?${random.pick(["dry_run=true", "tenant_id=globex", "x", "q=%ff"])}` : "";
  const kind = random.pick<BodyKind>(["one", "array", "lines", "garbage", "nothing", "array on a line"]);
  const type = random.chance(0.2) ? random.pick(OTHER_TYPES) : random.pick([...JSON_TYPES, ...LINE_TYPES]);
  const encoding = random.chance(0.5)
    ? undefined
    : random.chance(0.2)
      ? random.pick(OTHER_ENCODINGS)
      : random.pick(Object.keys(ENCODINGS));
  const text = Buffer.from(textOf(random, kind));
  // Plain where it says otherwise.
  const honest = encoding === undefined || random.chance(0.85);
  const body = honest && encoding !== undefined ? (ENCODINGS[encoding]?.(text) ?? text) : text;
  const who = random.chance(0.9) ? "writer" : random.pick(["reader", "nobody"] as const);
  const headers = {
    ...(type !== "" && { "content-type": type }),
    ...(encoding !== undefined && { "content-encoding": encoding }),
    ...(who !== "nobody" && { authorization: `Bearer ${keys[who]}` }),
  };
  const compressed = encoding !== undefined && encoding !== "identity" && encoding in ENCODINGS;
  const expected =
    refusal({ query, who, encoding, broken: compressed && (!honest || body.length === 0), type }) ??
    outcome(kind, JSON_TYPES.includes(type));
  return { method: "POST", path: `/v1/events${query}`, headers, body, expected };
}

interface Sent {
  readonly query: string;
  readonly who: string;
  readonly encoding: string | undefined;
  readonly broken: boolean;
  readonly type: string;
}

/** Why the request as a whole is refused, in the order in which it is looked at. */
function refusal({ query, who, encoding, broken, type }: Sent): Expected | undefined {
  if (who === "nobody") return { status: [401], code: "unauthenticated" };
  if (query !== "") return { status: [400], code: "invalid_parameter", pointers: [query.slice(1).split("=")[0] ?? ""] };
  if (who === "reader") return { status: [403], code: "forbidden" };
  if (encoding !== undefined && !(encoding in ENCODINGS)) return { status: [415], code: "unsupported_media_type" };
  if (broken) return { status: [400], code: "invalid_encoding" };
  if (OTHER_TYPES.includes(type)) return { status: [415], code: "unsupported_media_type" };
  return undefined;
}

function outcome(kind: BodyKind, isJson: boolean): Expected {
  const recorded = (count: number): Expected => ({ status: [201], check: results(Array(count).fill(undefined)) });
  switch (kind) {
    case "one":
      return recorded(1);
    case "lines":
      return recorded(3);
    case "array":
      // Over several lines, of which one by itself is an event.
      return isJson
        ? recorded(2)
        : { status: [207], check: results(["invalid_json", "invalid_json", undefined, "invalid_json"]) };
    case "array on a line":
      return isJson ? recorded(2) : { status: [207], check: results(["invalid_event"]) };
    case "garbage":
      return isJson ? { status: [400], code: "invalid_json" } : { status: [207], check: results(["invalid_json"]) };
    case "nothing":
      return isJson ? { status: [400], code: "invalid_json" } : recorded(0);
  }
}

/** @param codes one for each event, undefined for what was recorded. */
function results(codes: readonly (string | undefined)[]): (body: string) => void {
  return (body) => {
    const found = (JSON.parse(body) as Results).results.map(({ error }) => error?.code);
    if (found.join() !== codes.join() || found.length !== codes.length)
      throw new Error(`results ${found} instead of ${codes}`);
  };
}

function textOf(random: Random, kind: BodyKind): string {
  const event = () =>
    JSON.stringify({ action: "a.b", actor: { type: "user", id: `u${random.integer(9)}` }, resource: { type: "x" } });
  switch (kind) {
    case "one":
      return event();
    case "lines":
      return `${event()}\n${event()}\r\n${event()}\n`;
    case "array":
      return `[\n${event()},\n${event()}\n]`;
    case "array on a line":
      return `[${event()},${event()}]`;
    case "garbage":
      return random.pick(["{", "not JSON", '{"action":}', "<html>", "a=1&b=2"]);
    case "nothing":
      return "";
  }
}
