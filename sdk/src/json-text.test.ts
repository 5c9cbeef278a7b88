import { createContext, runInContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonText, Unwritable } from "./json-text.ts";

class Money {
  readonly amount = 5;
  readonly #currency = "EUR";
  get currency(): string {
    return this.#currency;
  }
}
class Secretive {
  readonly #value = 1;
  get value(): number {
    return this.#value;
  }
}
class Decimal {
  toJSON(): string {
    return "1.10";
  }
}
class Refused extends Error {
  override readonly name = "Refused";
  readonly code = "E_REFUSED";
  readonly request = { authorization: "Bearer secret" };
}
const shared = { a: 1 };
const realm = createContext({});
const other = (expression: string): unknown => runInContext(expression, realm);

test.each<[what: string, value: unknown, json: string]>([
  ["a negative zero", -0, "-0"],
  ["a boxed number", Object(5), "5"],
  ["a boxed negative zero", Object(-0), "-0"],
  ["a boxed text", Object("a"), '"a"'],
  ["a boxed boolean", Object(false), "false"],
  ["a date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ["a map", new Map<string, unknown>([["a", new Map([["b", 1]])]]), '{"a":{"b":1}}'],
  ["a set", new Set([1, "b"]), '[1,"b"]'],
  ["headers", new Headers({ "X-A": "1", "x-b": "2" }), '{"x-a":"1","x-b":"2"}'],
  ["headers with several cookies", cookies("a", "b", "c"), '{"set-cookie":["a","b","c"]}'],
  ["search parameters", new URLSearchParams("a=1&a=2"), '"a=1&a=2"'],
  ["an address", new URL("https://daybook.example/x"), '"https://daybook.example/x"'],
  [
    "an error",
    new TypeError("no", { cause: new Error("why") }),
    '{"name":"TypeError","message":"no","cause":{"name":"Error","message":"why"}}',
  ],
  ["an error of a class", new Refused("no"), '{"name":"Refused","message":"no","code":"E_REFUSED"}'],
  [
    "several errors",
    new AggregateError([new Error("a")], "b"),
    '{"name":"AggregateError","message":"b","errors":[{"name":"Error","message":"a"}]}',
  ],
  ["a platform's error", new DOMException("no", "AbortError"), '{"name":"AbortError","message":"no","code":20}'],
  ["what says how it is written", new Decimal(), '"1.10"'],
  ["a class's own members", new Money(), '{"amount":5}'],
  ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ["members that are undefined", { a: undefined, b: 1 }, '{"b":1}'],
  ["a member called toJSON", { toJSON: 1 }, '{"toJSON":1}'],
  ["a buffer, as Node writes it", Buffer.from("a"), '{"type":"Buffer","data":[97]}'],
  ["the same object twice", [shared, shared], '[{"a":1},{"a":1}]'],
  [
    "another realm's object",
    other("({ a: [new Map([['b', new Date(0)]]), new Error('x')] })"),
    '{"a":[{"b":"1970-01-01T00:00:00.000Z"},{"name":"Error","message":"x"}]}',
  ],
])("writes %s", (_, value, json) => {
  expect(jsonText(value)).toBe(json);
});

const cycle: { list: unknown[] } = { list: [] };
cycle.list.push(new Map([["back", cycle]]));
const causes = new Error("a");
causes.cause = causes;

test.each<[what: string, value: unknown, pointer: string, message: RegExp]>([
  ["NaN", { a: [Number.NaN] }, "/a/0", /NaN/],
  ["an infinity", { a: Number.NEGATIVE_INFINITY }, "/a", /-Infinity/],
  ["a boxed NaN", { a: Object(Number.NaN) }, "/a", /NaN/],
  ["a BigInt", { a: 1n }, "/a", /bigint/],
  ["a boxed BigInt", { a: Object(1n) }, "/a", /bigint/],
  ["a symbol", { a: Symbol("s") }, "/a", /symbol/],
  ["a symbol as a key", { a: { [Symbol("s")]: 1 } }, "/a", /symbol/],
  ["a function", { "a/b": () => 1 }, "/a~1b", /function/],
  ["undefined in a list", { a: [1, undefined] }, "/a/1", /undefined/],
  ["a hole in a list", { a: new Array(1) }, "/a/0", /undefined/],
  ["a function in a list", { a: [() => 1] }, "/a/0", /function/],
  ["an invalid date", { a: new Date(Number.NaN) }, "/a", /date/],
  ["a map with other keys", { a: new Map([[1, 2]]) }, "/a", /key/],
  ["bytes", { a: new Uint8Array(2) }, "/a", /binary/],
  ["a buffer of bytes", { a: new ArrayBuffer(2) }, "/a", /ArrayBuffer/],
  ["a class that hides all it has", { a: new Secretive() }, "/a", /Secretive/],
  ["a promise", { a: Promise.resolve(1) }, "/a", /Promise/],
  ["a regular expression", { a: /x/ }, "/a", /RegExp/],
  ["a weak map", { a: new WeakMap() }, "/a", /WeakMap/],
  ["a form", { a: new FormData() }, "/a", /FormData/],
  ["an answer", { a: new Response("x") }, "/a", /Response/],
  ["a namespace", { a: Math }, "/a", /Math/],
  ["a cycle", cycle, "/list/0/back", /itself/],
  ["an error that is its own cause", { a: causes }, "/a/cause", /itself/],
])("refuses %s and says where", (_, value, pointer, message) => {
  const refusal = expect.objectContaining({ name: "Unwritable", pointer, message: expect.stringMatching(message) });
  expect(() => jsonText(value)).toThrow(refusal);
});

test("passes on what a toJSON throws", () => {
  const fault = new Error("from toJSON");
  const thrower = () => {
    throw fault;
  };
  expect(() => jsonText({ a: { toJSON: thrower } })).toThrow(fault);
});

test("refuses undefined itself", () => {
  expect(() => jsonText(undefined)).toThrow(Unwritable);
});

test("writes what JSON can hold as JSON.stringify does", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      const json = JSON.stringify(value);
      expect(jsonText(JSON.parse(json))).toBe(json);
    }),
  );
});

function cookies(...values: string[]): Headers {
  return new Headers(values.map((value) => ["set-cookie", value]));
}
