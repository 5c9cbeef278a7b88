import { expect, it } from "vitest";
import { actionTest, readActions } from "./action-list.ts";

it("knows sensitive actions by themselves and by their family", () => {
  const isSensitive = actionTest(["api_key.*", "db.delete"]);
  const found = ["api_key.create", "api_key", "api_keys.list", "db.delete", "db.delete.all", "db.update"].filter(
    isSensitive,
  );
  expect(found).toEqual(["api_key.create", "db.delete"]);
  expect(actionTest([])("api_key.create")).toBe(false);
});

it("reads actions one a line or with commas, each once", () => {
  expect(readActions(" db.delete\napi_key.*, db.delete\n\n")).toEqual(["db.delete", "api_key.*"]);
  expect(readActions("")).toEqual([]);
});
