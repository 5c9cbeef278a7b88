import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** How long the old secrets still sign after a rotation. */
export const OVERLAP_MS = 24 * 3_600_000;

const SYMMETRIC = "whsec_";
const PRIVATE = "whsk_";
const PUBLIC = "whpk_";
/** What precedes the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SEED_BYTES = 32;

/** One pair of secrets of Standard Webhooks 1.0.0. */
export interface SigningSecret {
  /** `whsec_` and base64 of 24 to 64 bytes: for `v1`, HMAC-SHA256. */
  readonly symmetric: string;
  /** `whsk_` and base64 of 32 bytes: for `v1a`, Ed25519. */
  readonly asymmetric: string;
  /** Milliseconds since the Unix epoch; undefined for the newest. */
  readonly signs_until?: number | undefined;
}

export function newSigningSecret(): SigningSecret {
  const { privateKey } = generateKeyPairSync("ed25519");
  const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-SEED_BYTES);
  return {
    symmetric: SYMMETRIC + randomBytes(SEED_BYTES).toString("base64"),
    asymmetric: PRIVATE + seed.toString("base64"),
  };
}

/** A new secret before the old ones, which still sign for a day. Within this day a receiver must take the new one. */
export function rotate(secrets: readonly SigningSecret[], nowMs: number): SigningSecret[] {
  const older = secrets
    .map((secret) => ({
      ...secret,
      signs_until: Math.min(secret.signs_until ?? Number.POSITIVE_INFINITY, nowMs + OVERLAP_MS),
    }))
    .filter(({ signs_until }) => signs_until > nowMs);
  return [newSigningSecret(), ...older];
}

/** `whpk_` and base64: what a receiver verifies `v1a` with. It is no secret. */
export function publicKeyOf({ asymmetric }: SigningSecret): string {
  const der = createPublicKey(privateKeyOf(asymmetric)).export({ format: "der", type: "spki" });
  return PUBLIC + der.subarray(-SEED_BYTES).toString("base64");
}

/** The header fields of one attempt. @param id without a dot. */
export function signedHeaders(
  secrets: readonly SigningSecret[],
  { id, body, nowMs }: { readonly id: string; readonly body: string; readonly nowMs: number },
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const content = `${id}.${timestamp}.${body}`;
  const signing = secrets.filter(({ signs_until = Number.POSITIVE_INFINITY }) => signs_until > nowMs);
  const signatures = signing.flatMap(({ symmetric, asymmetric }) => [
    `v1,${createHmac("sha256", bytesOf(symmetric, SYMMETRIC)).update(content).digest("base64")}`,
    `v1a,${sign(null, Buffer.from(content), privateKeyOf(asymmetric)).toString("base64")}`,
  ]);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

function privateKeyOf(asymmetric: string) {
  const der = Buffer.concat([PKCS8_PREFIX, bytesOf(asymmetric, PRIVATE)]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

function bytesOf(secret: string, prefix: string): Buffer {
  return Buffer.from(secret.slice(prefix.length), "base64");
}
