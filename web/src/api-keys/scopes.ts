import { PLATFORM_ORGANIZATION } from "@daybook/sdk";
import type { Key } from "../api/keys.ts";

export type Scope = Key["scopes"][number];

interface ScopeChoice {
  readonly scope: Scope;
  readonly summary: string;
  /** Keys of the platform alone may have it. */
  readonly platformOnly?: true;
}

const SCOPES: readonly ScopeChoice[] = [
  { scope: "events:write", summary: "Send events. What an application needs." },
  { scope: "events:read", summary: "Read, search and export events." },
  { scope: "keys:manage", summary: "Create and revoke keys. A new key can have only scopes of this one." },
  { scope: "streams:manage", summary: "Create, change, replay and delete streams." },
  { scope: "alerts:manage", summary: "Create, change and delete alerts." },
  { scope: "organizations:write", summary: "Create and rename organizations.", platformOnly: true },
];

/** The scopes that a key of this organization may have. */
export function scopesFor(organization: string): readonly ScopeChoice[] {
  return SCOPES.filter(({ platformOnly }) => !platformOnly || organization === PLATFORM_ORGANIZATION);
}
