import { expect, test } from "vitest";
import { addressRange, isAddressOrRange } from "./ip.ts";

test.each([
  ["203.0.113.7", "::ffff:cb00:7107", "::ffff:cb00:7107"],
  ["203.0.113.7/24", "::ffff:cb00:7100", "::ffff:cb00:71ff"],
  ["0.0.0.0/0", "::ffff:0:0", "::ffff:ffff:ffff"],
  ["::ffff:203.0.113.0/120", "::ffff:cb00:7100", "::ffff:cb00:71ff"],
  ["2001:DB8::1", "2001:db8::1", "2001:db8::1"],
  ["2001:db8::/33", "2001:db8::", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"],
  ["::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
])("%s runs from %s to %s", (text, first, last) => {
  expect(isAddressOrRange(text)).toBe(true);
  expect(addressRange(text)).toEqual({ first, last });
});

test("what is no address or range is refused", () => {
  const texts = [
    "",
    "/8",
    "10.0.0.0/8/8",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "10.0.0.256",
    "::1/129",
    "1",
    "fe80::1%eth0",
    "10.0.0.0 ",
  ];
  expect(texts.filter(isAddressOrRange)).toEqual([]);
});
