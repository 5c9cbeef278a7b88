import { expect, it } from "vitest";
import { formatPosition, parsePosition } from "./position.ts";

const LOG = "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21";

it.each([-1, 0, 7, 41_999, Number.MAX_SAFE_INTEGER])("reads the position %d that it wrote", (number) => {
  expect(parsePosition(formatPosition({ logId: LOG, number }))).toEqual({ logId: LOG, number });
});

it.each([
  "",
  "7",
  `${LOG}`,
  `${LOG}:`,
  `${LOG}:-2`,
  `${LOG}:-0`,
  `${LOG}:07`,
  `${LOG}:1.5`,
  `${LOG}:1e3`,
  `${LOG}:9007199254740993`,
  `${LOG}:99999999999999999999`,
  ` ${LOG}:7`,
  `${LOG}:7\n`,
  `${LOG.toUpperCase()}:7`,
  "log:7",
])("takes %j for no position", (text) => {
  expect(parsePosition(text)).toBeUndefined();
});
