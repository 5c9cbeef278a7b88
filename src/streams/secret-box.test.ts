import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { SecretBox } from "./secret-box.ts";

const directory = mkdtempSync(join(tmpdir(), "daybook-secrets-"));
afterAll(() => rmSync(directory, { recursive: true }));

const TEXT = '{"token":"s3cret"}';

it("decrypts with the key that is kept, which only its owner can read", () => {
  const sealed = SecretBox.open(join(directory, "streams.key")).encrypt(TEXT, "stream-1");
  expect(sealed).not.toContain("s3cret");
  expect(SecretBox.open(join(directory, "streams.key")).decrypt(sealed, "stream-1")).toBe(TEXT);
  expect(statSync(join(directory, "streams.key")).mode & 0o777).toBe(0o600);
  expect(Buffer.from(readFileSync(join(directory, "streams.key"), "utf8"), "base64")).toHaveLength(32);
});

it("never encrypts to the same text twice", () => {
  const box = SecretBox.open(join(directory, "streams.key"));
  expect(box.encrypt(TEXT, "stream-1")).not.toBe(box.encrypt(TEXT, "stream-1"));
});

it("refuses a text of another stream, of another key, or altered", () => {
  const box = SecretBox.open(join(directory, "streams.key"));
  const sealed = box.encrypt(TEXT, "stream-1");
  expect(() => box.decrypt(sealed, "stream-2")).toThrow("cannot be decrypted");
  expect(() => new SecretBox(new Uint8Array(32)).decrypt(sealed, "stream-1")).toThrow("cannot be decrypted");
  const altered = Buffer.from(sealed.slice(3), "base64url");
  altered[20] = (altered[20] ?? 0) ^ 1;
  expect(() => box.decrypt(`v1.${altered.toString("base64url")}`, "stream-1")).toThrow("cannot be decrypted");
});

it("does not take a key of one byte, and names its file", () => {
  const path = join(directory, "short.key");
  writeFileSync(path, Buffer.of(7).toString("base64"));
  expect(() => SecretBox.open(path)).toThrow(`${path} is not a key of streams`);
});
