import { createHash, randomBytes } from "node:crypto";

/** A secret for a link or a cookie: 256 random bits, base64url. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * What the database keeps of a secret: hex(SHA-256). Enough for secrets of 80 random bits and more, which nobody can
 * enumerate; passwords are hashed elsewhere, slowly.
 */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
