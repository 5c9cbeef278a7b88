import { describe, expect, it } from "vitest";
import { personalKind } from "./personal-id.ts";

describe("a permanent field", () => {
  it("looks like an e-mail address", () => {
    for (const text of [
      "ada@example.com",
      "ADA.LOVELACE+audit@mail.example.co.uk",
      "mailto:ada@example.com",
      "user:ada@example.com",
      "Ada <ada@example.com>",
      "ada%40example.com",
      "jürgen@müller.de",
    ]) {
      expect(personalKind(text), text).toBe("an e-mail address");
    }
  });

  it("looks like a phone number", () => {
    for (const text of [
      "+4915112345678",
      "+49 151 123-456 78",
      "tel:+1-201-555-0123",
      "(201) 555-0123",
      "201-555-0123",
      "1.201.555.0123",
      "06 12 34 56 78",
      " +4915112345678 ",
    ]) {
      expect(personalKind(text), text).toBe("a phone number");
    }
  });

  it("looks like neither when it is an opaque id", () => {
    for (const text of [
      "",
      "usr_1",
      "12345678",
      "2015550123",
      "0049151123456",
      "0198c0de-7a3b-7000-8000-0123456789ab",
      "2026-11-22",
      "2026-11-22 10",
      "1234-5678-9012",
      "192.168.100.200",
      "auth0|5f7c8ec7c33c6c004bbafe82",
      "arn:aws:iam::123456789012:user/Ada",
      "@acme/billing",
      "user@localhost",
      "npm:left-pad@1.3.0",
      "+1 (555)",
      "-",
      " ",
    ]) {
      expect(personalKind(text), text).toBeUndefined();
    }
  });

  it("is looked at in the time that its length asks for", () => {
    const times = 20_000;
    for (const text of ["a@".repeat(times), `a@${"b.".repeat(times)}1`, `a@${"b".repeat(times)}`, "1 ".repeat(times)]) {
      expect(personalKind(text)).toBeUndefined();
    }
  });
});
