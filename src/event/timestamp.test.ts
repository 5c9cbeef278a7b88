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

  it("take a leap second for the last millisecond before it", () => {
    expect(normalised("2016-12-31T23:59:60Z")).toBe("2016-12-31T23:59:59.999Z");
    expect(normalised("2016-12-31T23:59:60.250Z")).toBe("2016-12-31T23:59:59.999Z");
    expect(normalised("2017-01-01T08:59:60+09:00")).toBe("2016-12-31T23:59:59.999Z");
    expect(normalised("1969-12-31T23:59:60Z")).toBe("1969-12-31T23:59:59.999Z");
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
      "2016-12-31T23:58:60Z",
      "2016-12-31T23:59:60+01:00",
      "2016-12-31T23:59:61Z",
      "1767225600",
      "",
    ]) {
      expect(parseTimestamp(text), text).toBeUndefined();
    }
  });

  it("are the same instants for Date and for whoever reads them without one", () => {
    const digits = fc.tuple(
      fc.integer({ min: 0, max: 9999 }),
      ...[13, 32, 25, 61, 61, 999].map((max) => fc.integer({ min: 0, max })),
    );
    fc.assert(
      fc.property(digits, ([year, ...others]) => {
        const [month, day, hour, minute, second, millisecond] = others.map((other) => String(other).padStart(2, "0"));
        const date = `${String(year).padStart(4, "0")}-${month}-${day}T${hour}:${minute}:${second}`;
        const text = `${date}.${millisecond?.padStart(3, "0")}Z`;
        // Another number of digits goes the other way.
        expect(parseTimestamp(text)).toBe(parseTimestamp(text.replace("Z", "0Z")));
      }),
      { numRuns: 2000 },
    );
  });

  it("are refused where a character is no digit", () => {
    const text = "2026-01-31T13:45:00.000Z";
    for (let at = 0; at < text.length; at++) {
      for (const character of "/:x- ") {
        const other = text.slice(0, at) + character + text.slice(at + 1);
        expect(parseTimestamp(other), other).toBe(other === text ? Date.parse(text) : undefined);
      }
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
