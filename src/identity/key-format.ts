import { hash, randomInt } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * An API key: `dbk_` + 8 characters that name it + `_` + 32 that are secret (190 bits) + 6 of CRC-32 over all before, every one
 * of base62. A typo is refused without a look-up, and a scanner for leaked secrets can tell a real key from a look-alike.
 */
const KEY = /^(dbk_[0-9A-Za-z]{8})_[0-9A-Za-z]{32}([0-9A-Za-z]{6})$/;
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export interface ParsedKey {
  /** What lists show and what the key is looked up by. Not secret. */
  readonly prefix: string;
  /** SHA-256 of the whole key. */
  readonly hash: Buffer;
}

export function newKeyText(): string {
  return withChecksum(`dbk_${random(8)}_${random(32)}`);
}

export function withChecksum(text: string): string {
  return text + checksum(text);
}

/** @returns undefined when it cannot be a key that Daybook made. */
export function parseKey(key: string): ParsedKey | undefined {
  const match = KEY.exec(key);
  if (match?.[1] === undefined || checksum(key.slice(0, -6)) !== match[2]) return undefined;
  return { prefix: match[1], hash: hash("sha256", key, "buffer") };
}

function random(length: number): string {
  return Array.from({ length }, () => BASE62.charAt(randomInt(62))).join("");
}

/** IEEE CRC-32, big end first, six characters (62^6 > 2^32). */
function checksum(text: string): string {
  let rest = crc32(text);
  let digits = "";
  for (let i = 0; i < 6; i++) {
    digits = BASE62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
