import { describe, expect, it } from "vitest";
import { knownAsker } from "./hash-queue.ts";
import { PasswordHasher } from "./passwords.ts";

const ADA = knownAsker("ada");

describe("password hashes", () => {
  const passwords = new PasswordHasher();

  it("verify the password they were made from and no other, also typed in another Unicode form", async () => {
    const hash = await passwords.hash("pässword ﬁne", "ada");
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await passwords.verify(hash, "pässword ﬁne".normalize("NFKD"), ADA)).toBe(true);
    expect(await passwords.verify(hash, "passwort fine", ADA)).toBe(false);
    expect(await passwords.hash("pässword ﬁne", "ada")).not.toBe(hash);
  });

  it("verify with the cost they were made with, so that it can be raised later", async () => {
    const cheap = "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$x4+QqEEQUYzY3mpAv9ac7gSyCZ9AZZRqOLdxoV7ffGI";
    expect(await passwords.verify(cheap, "anything", ADA)).toBe(false);
    await expect(passwords.verify("$bcrypt$x", "anything", ADA)).rejects.toThrow("not in the format");
  });

  it("leave the event loop free", async () => {
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    await passwords.hash("a slow one", "ada");
    clearInterval(counting);
    expect(turns).toBeGreaterThan(0);
  });
});
