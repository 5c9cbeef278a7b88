import { expect, it } from "vitest";
import { changesOf } from "./changes.ts";

/** Path, before and after as texts. */
function shown(texts: { changes?: string; metadata?: string }) {
  return changesOf({ texts }).map(({ path, before, after }) => [path, before?.text, after?.text]);
}

const metadata = (before: string, after: string) => ({ metadata: `{"before":${before},"after":${after}}` });

it("shows recorded changes as they were recorded, whatever the metadata holds", () => {
  const changes = '[{"path":"plan","before":"free","after":"pro"},{"path":"seats","after":12345678901234567890}]';
  expect(shown({ changes, ...metadata('{"x":1}', '{"x":2}') })).toEqual([
    ["plan", '"free"', '"pro"'],
    ["seats", undefined, "12345678901234567890"],
  ]);
});

it("keeps a recorded change that names no difference", () => {
  expect(shown({ changes: '[{"path":"touched"},{"path":"same","before":{"a":1},"after":{"a":1}}]' })).toEqual([
    ["touched", undefined, undefined],
    ["same", '{"a":1}', '{"a":1}'],
  ]);
});

it("takes recorded values apart that hold several", () => {
  expect(
    shown({ changes: '[{"path":"limits","before":{"seats":5,"days":30},"after":{"seats":9,"days":30}}]' }),
  ).toEqual([["limits.seats", "5", "9"]]);
});

it("finds the changed keys of metadata.before and metadata.after", () => {
  const before = '{"same":1,"role":"member","limits":{"seats":5,"days":30},"gone":null}';
  const after = '{"same":1,"role":"admin","limits":{"seats":9,"days":30},"added":[1]}';
  expect(shown(metadata(before, after))).toEqual([
    ["role", '"member"', '"admin"'],
    ["limits.seats", "5", "9"],
    ["gone", "null", undefined],
    ["added", undefined, "[1]"],
  ]);
});

it.each([
  ['["a","c"]', '["a","b","c"]', [["tags[1]", undefined, '"b"']]],
  ['["x","a"]', '["a"]', [["tags[0]", '"x"', undefined]]],
  ["[1,2,3]", "[1,9,3]", [["tags[1]", "2", "9"]]],
  ['[{"id":1,"on":true}]', '[{"id":1,"on":false}]', [["tags[0].on", "true", "false"]]],
  ["[1]", "[]", [["tags[0]", "1", undefined]]],
  ["[1,1]", "[1,1,1]", [["tags[2]", undefined, "1"]]],
])("compares lists by element: %s, %s", (before, after, expected) => {
  expect(shown(metadata(`{"tags":${before}}`, `{"tags":${after}}`))).toEqual(expected);
});

it("finds none where there are none", () => {
  expect(shown({})).toEqual([]);
  expect(shown({ metadata: '{"before":"a","after":"b"}' })).toEqual([]);
  expect(shown(metadata('{"a":{"x":1,"y":2}}', '{"a":{"y":2,"x":1}}'))).toEqual([]);
});
