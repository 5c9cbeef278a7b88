import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { describeFailure } from "../../scripts/dev/failure.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

it("names the place of a syntax error in one line", () => {
  const error = new Error(`Transform failed with 1 error:\n${ROOT}src/app.ts:3:5: ERROR: Expected ";" but found "x"`);
  expect(describeFailure(error)).toBe('src/app.ts:3:5: ERROR: Expected ";" but found "x"');
});

it("adds the first place in the project to an error that names none", () => {
  const error = new TypeError("port is not\na function");
  error.stack = `TypeError: port is not\n    at f (${ROOT}node_modules/a/b.ts:1:1)\n    at g (file://${ROOT}src/config.ts:7:3)\n`;
  expect(describeFailure(error)).toBe("port is not a function (src/config.ts:7:3)");
});

it("leaves an error that was thrown on purpose as it is", () => {
  expect(describeFailure(new Error("Port 4600 of localhost is in use already."))).toBe(
    "Port 4600 of localhost is in use already.",
  );
});
