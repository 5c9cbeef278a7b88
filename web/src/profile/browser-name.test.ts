import { expect, it } from "vitest";
import { browserName, isHandheld } from "./browser-name.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

it("names the browser and its system, and what is neither", () => {
  expect(browserName(FIREFOX)).toBe("Firefox on Linux");
  expect(browserName(IPHONE)).toBe("Safari on iOS");
  expect(browserName("\u202e<script>")).not.toContain("<");
  expect(browserName(null)).toBe("Unknown");
});

it("tells a phone from a computer", () => {
  expect(isHandheld(IPHONE)).toBe(true);
  expect(isHandheld(FIREFOX)).toBe(false);
});
