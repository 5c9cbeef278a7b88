import type { JsonValue } from "@daybook/sdk";
import { PLATFORM_ORGANIZATION, type StoredStream } from "../identity/index.ts";
import type { StreamSettings } from "./definition.ts";
import type { SecretBox } from "./secret-box.ts";
import type { SigningSecret } from "./sinks/webhook-signatures.ts";

/** The secrets of a stream: those that people entered, and those that the server created. */
export interface StreamSecrets {
  readonly sent: { readonly [name: string]: JsonValue };
  readonly signing: readonly SigningSecret[];
}

const NO_SECRETS: StreamSecrets = { sent: {}, signing: [] };

export function settingsOf({ settings }: StoredStream): StreamSettings {
  return JSON.parse(settings) as StreamSettings;
}

/** Empty if there are none. @throws if they were encrypted with another key. */
export function secretsOf({ id, secrets }: StoredStream, box: SecretBox): StreamSecrets {
  return secrets === "" ? NO_SECRETS : (JSON.parse(box.decrypt(secrets, id)) as StreamSecrets);
}

/** @param id of the stream. */
export function storedSecrets(secrets: StreamSecrets, id: string, box: SecretBox): string {
  if (secrets.signing.length === 0 && Object.keys(secrets.sent).length === 0) return "";
  return box.encrypt(JSON.stringify(secrets), id);
}

/** Whose events it delivers. Undefined: every organization's. */
export function followedBy({ organization }: StoredStream, { organizations }: StreamSettings): string | undefined {
  return organizations === "all" && organization === PLATFORM_ORGANIZATION ? undefined : organization;
}
