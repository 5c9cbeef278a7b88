import { z } from "zod";
import type { TreeReader } from "./contract.ts";
import { OVERLAP_DAYS, type SigningKey, type SigningKeys } from "./signing-keys.ts";

const DAY_MS = 86_400_000;
const OVERLAP_DAYS_MAX = 3650;

/** What the operator can do with the signing keys at the command line. */
export const signingKeyInput = z.discriminatedUnion("command", [
  z.strictObject({
    command: z.literal("signing-key.show"),
    /** Whose verifier keys are listed; null lists the bare public keys. */
    organization: z.string().nullable(),
  }),
  z.strictObject({
    command: z.literal("signing-key.rotate"),
    /** How long the present key goes on signing beside the new one. Where the key is outside, none is made: how long the earlier ones go on. */
    overlap_days: z.number().min(0).max(OVERLAP_DAYS_MAX).default(OVERLAP_DAYS),
  }),
]);

export type SigningKeyCommand = z.infer<typeof signingKeyInput>;

/** A key as it is shown. Times are RFC 3339. */
export interface ListedKey {
  /** Base64 of 32 bytes. */
  readonly public_key: string;
  readonly vkey?: string;
  readonly created_at: string;
  /** Null for the newest key. */
  readonly signs_until: string | null;
}

/** All keys, newest first, as they are after the command. @param now milliseconds since the Unix epoch. */
export function runSigningKeyCommand(
  command: SigningKeyCommand,
  keys: SigningKeys,
  tree: Pick<TreeReader, "publishedKeys"> & { signAgain(): void },
  now: number,
): ListedKey[] {
  if (command.command === "signing-key.rotate") {
    keys.rotate(now, command.overlap_days * DAY_MS);
    tree.signAgain();
    return listKeys(keys);
  }
  const { organization } = command;
  const vkeys = organization === null ? [] : tree.publishedKeys(organization).map(({ vkey }) => vkey);
  return keys.all().map((key, at) => described(key, vkeys[at]));
}

/** All keys, newest first. */
export function listKeys(keys: SigningKeys): ListedKey[] {
  return keys.all().map((key) => described(key));
}

function described({ publicKey, createdAt, signsUntil }: SigningKey, vkey?: string): ListedKey {
  return {
    public_key: Buffer.from(publicKey).toString("base64"),
    ...(vkey !== undefined && { vkey }),
    created_at: new Date(createdAt).toISOString(),
    signs_until: signsUntil === undefined ? null : new Date(signsUntil).toISOString(),
  };
}
