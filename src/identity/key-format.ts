import { hash, randomInt } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * An API key: `dbk_` + 8 characters that name it + `_` + 32 that are secret (190 bits) + 6 of CRC-32 over all before, every one
 * of base62. A typo is refused without a look-up, and a scanner for leaked secrets can tell a real key from a look-alike.
 */
const KEY = /^dbk_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}$/;
const PREFIX_LENGTH = 12;
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export function newKeyText(): string {
  return withChecksum(`dbk_${random(8)}_${random(32)}`);
}

export function withChecksum(text: string): string {
  return text + checksum(text);
}

/** Whether it can be a key that Daybook made. */
export function isKey(text: string): boolean {
  return KEY.test(text) && checksum(text.slice(0, -6)) === text.slice(-6);
}

/** What lists show and what the key is looked up by. Not secret. */
export function prefixOf(key: string): string {
  return key.slice(0, PREFIX_LENGTH);
}

/** SHA-256 of the whole key. */
export function hashOf(key: string): Buffer {
  return hash("sha256", key, "buffer");
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
