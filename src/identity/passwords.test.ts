import { describe, expect, it } from "vitest";
import { PasswordHasher } from "./passwords.ts";

describe("password hashes", () => {
  const passwords = new PasswordHasher();

  it("verify the password they were made from and no other, also typed in another Unicode form", async () => {
    const hash = await passwords.hash("pässword ﬁne");
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await passwords.verify(hash, "pässword ﬁne".normalize("NFKD"))).toBe(true);
    expect(await passwords.verify(hash, "passwort fine")).toBe(false);
    expect(await passwords.hash("pässword ﬁne")).not.toBe(hash);
  });

  it("verify with the cost they were made with, so that it can be raised later", async () => {
    const cheap = "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$x4+QqEEQUYzY3mpAv9ac7gSyCZ9AZZRqOLdxoV7ffGI";
    expect(await passwords.verify(cheap, "anything")).toBe(false);
    await expect(passwords.verify("$bcrypt$x", "anything")).rejects.toThrow("not in the format");
  });

  it("leave the event loop free, and refuse a flood instead of queueing without end", async () => {
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    const flood = await Promise.allSettled(Array.from({ length: 105 }, () => passwords.verify(CHEAP, "x")));
    await passwords.hash("a slow one");
    clearInterval(counting);
    expect(turns).toBeGreaterThan(0);
    const refused = flood.filter((outcome) => outcome.status === "rejected");
    expect(refused).toHaveLength(3);
    expect(refused[0]?.reason).toMatchObject({ code: "rate_limited", retryAfterSeconds: 5 });
  });
});

const CHEAP = "$scrypt$ln=4,r=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$x4+QqEEQUYzY3mpAv9ac7gSyCZ9AZZRqOLdxoV7ffGI";
