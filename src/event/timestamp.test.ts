import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

const normalised = (text: string) => {
  const at = parseTimestamp(text);
  return at === undefined ? undefined : formatTimestamp(at);
};

describe("timestamps", () => {
  it("are kept in UTC with three fraction digits, finer ones truncated", () => {
    expect(normalised("2026-01-31T13:45:00Z")).toBe("2026-01-31T13:45:00.000Z");
    expect(normalised("2026-01-31t13:45:00.9999999z")).toBe("2026-01-31T13:45:00.999Z");
    expect(normalised("2026-01-31T23:45:00.5-05:30")).toBe("2026-02-01T05:15:00.500Z");
  });

  it("are refused unless they are RFC 3339", () => {
    for (const text of [
      "2026-02-29T00:00:00Z",
      "2026-01-31",
      "2026-01-31T13:45Z",
      "2026-01-31 13:45:00Z",
      "2026-01-31T24:00:00Z",
      "2026-13-01T00:00:00Z",
      "2026-01-31T13:45:00",
      "2026-01-31T13:45:00+24:00",
      "1767225600",
      "",
    ]) {
      expect(parseTimestamp(text), text).toBeUndefined();
    }
  });

  it("read back what they were written as", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
        (date) => {
          expect(parseTimestamp(formatTimestamp(date.getTime()))).toBe(date.getTime());
        },
      ),
    );
  });
});
