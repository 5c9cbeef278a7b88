import { describe, expect, it } from "vitest";
import { clip, truncateId } from "./truncate.ts";
import { visibleSegments, visibleText } from "./visible.ts";

describe("visibleText", () => {
  it("writes out what would reorder its neighbours", () => {
    expect(visibleText("invoice\u202efdp.exe")).toBe("invoice\\u202efdp.exe");
    expect(visibleText("\u2066a\u2069\u200f\u061c")).toBe("\\u2066a\\u2069\\u200f\\u061c");
  });

  it("writes out control and invisible characters", () => {
    expect(visibleText("a\nb\tc\u0000\u001b[31m\u009b\u200b\ufeff\u{e0041}")).toBe(
      "a\\nb\\tc\\u0000\\u001b[31m\\u009b\\u200b\\ufeff\\u{e0041}",
    );
  });

  it("leaves letters of every script and composed emoji alone", () => {
    for (const text of ["مرحبا بالعالم", "日本語", "👩‍👩‍👧", "نمی‌خواهم", "❤️"]) expect(visibleText(text)).toBe(text);
  });

  it("tells the escapes from the text, so that a written \\n is no line break", () => {
    expect(visibleSegments("a\\n\n")).toEqual([
      { text: "a\\n", escaped: false },
      { text: "\\n", escaped: true },
    ]);
    expect(visibleSegments("a\nb\r", true)).toEqual([
      { text: "a\nb", escaped: false },
      { text: "\\r", escaped: true },
    ]);
  });
});

describe("truncateId", () => {
  it("keeps both ends of a long id and all of a short one", () => {
    expect(truncateId("usr_01JD9K2M4N6P8Q0R")).toBe("usr_01JD…8Q0R");
    expect(truncateId("usr_01JD9K2M4N6P8Q0R", 4)).toBe("usr_…8Q0R");
    expect(truncateId("usr_0123456789")).toBe("usr_0123456789");
    expect(truncateId("")).toBe("");
  });

  it("never splits a character", () => {
    expect(truncateId("🦊".repeat(20))).toBe(`${"🦊".repeat(8)}…${"🦊".repeat(4)}`);
  });
});

describe("clip", () => {
  it("shortens only what is longer", () => {
    expect(clip("abc", 3)).toBe("abc");
    expect(clip("abcd", 3)).toBe("abc…");
    expect(clip("🦊🦊🦊", 3)).toBe("🦊🦊🦊");
    expect(clip("🦊🦊🦊🦊", 3)).toBe("🦊🦊🦊…");
    expect(clip("x".repeat(10_000), 300)).toHaveLength(301);
  });
});
