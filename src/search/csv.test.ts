import { expect, test } from "vitest";
import { lastRecord } from "./csv.ts";

test.each([
  ['"a",1\r\n', ["a", "1"]],
  ['"x",1\r\n"b",2\r\n', ["b", "2"]],
  ['"x",1\r\n"two\r\nlines, ""quoted""",,2\r\n', ['two\r\nlines, "quoted"', "", "2"]],
  ['"x",1\r\n"",""\r\n', ["", ""]],
  ['"x",1\r\n"""\r\n""",3\r\n', ['"\r\n"', "3"]],
  ['"x",1\r\n"Größe",4\r\n', ["Größe", "4"]],
])("the last record of %j", (text, record) => {
  expect(lastRecord(Buffer.from(text))).toEqual(record);
});
