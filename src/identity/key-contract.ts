import type { Actor } from "./own-events.ts";
import type { Scope } from "./vocabulary.ts";

/** An API key as it may be shown. Times are milliseconds since the Unix epoch. */
export interface KeyInfo {
  readonly id: string;
  /** Undefined for a key of the platform. */
  readonly organization: string | undefined;
  readonly name: string;
  /** How the key begins. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdBy: Actor;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  /** At most a minute behind. */
  readonly lastUsedAt: number | undefined;
  readonly revokedAt: number | undefined;
}

export interface CreatedKey extends KeyInfo {
  /** The key itself; shown once and stored only as a hash. */
  readonly key: string;
}
