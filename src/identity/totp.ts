import { createHmac, timingSafeEqual } from "node:crypto";

/** A code is valid for this many seconds (RFC 6238, X). */
const STEP_SECONDS = 30;
const DIGITS = 6;
/** RFC 6238, 5.2: one step either way, for clocks that are a little off and people who type slowly. */
const SKEW_STEPS = 1;
/** RFC 4226, 4: as many bytes as the HMAC's digest has. */
export const TOTP_SECRET_BYTES = 20;

/** The time-based one-time password of a step (RFC 6238 over RFC 4226, HMAC-SHA-1): six digits. */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}

/** @param nowMs milliseconds since the Unix epoch. @returns steps since then. */
export function totpStep(nowMs: number): number {
  return Math.floor(nowMs / 1000 / STEP_SECONDS);
}

/** The step that a code belongs to, among those that are accepted now; the latest, should two have the same code. */
export function matchingStep(secret: Uint8Array, code: string, nowMs: number): number | undefined {
  const now = totpStep(nowMs);
  let found: number | undefined;
  for (let step = now - SKEW_STEPS; step <= now + SKEW_STEPS; step++) {
    if (equal(totpCode(secret, step), code)) found = step;
  }
  return found;
}

/** What an authenticator app reads as a QR code (the Key URI format). */
export function totpUri(secret: Uint8Array, account: string): string {
  const parameters = `secret=${base32(secret)}&issuer=Daybook&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`;
  return `otpauth://totp/Daybook:${encodeURIComponent(account)}?${parameters}`;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648, 6, without padding. */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let waiting = 0;
  for (const byte of bytes) {
    waiting = (waiting << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32.charAt((waiting >>> (bits - 5)) & 31);
    waiting &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + BASE32.charAt((waiting << (5 - bits)) & 31);
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
