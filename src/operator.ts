import { uuidv7 } from "@daybook/sdk";
import {
  type Deliver,
  type Identity,
  type IdentityCommand,
  OPERATOR,
  type Origin,
  PLATFORM_ORGANIZATION,
  parseInput,
  runOperatorCommand,
} from "./identity/index.ts";
import {
  type ListedKey,
  runSigningKeyCommand,
  type SigningKeyCommand,
  type SigningKeys,
  signingKeyInput,
  type TreeReader,
} from "./tree/index.ts";

export type OperatorCommand = IdentityCommand | SigningKeyCommand;

/** What the operator's commands act on. */
export interface OperatorParts {
  readonly identity: Identity;
  readonly tree: TreeReader & { signAgain(): void };
  readonly signingKeys: SigningKeys;
  readonly deliver: Deliver;
}

/** One set of commands, whether they run in the server or, while none runs, on the directory itself. @throws as the commands do. */
export async function runOperator(
  parts: OperatorParts,
  input: unknown,
  context: { origin: Origin; publicUrl: string },
): Promise<unknown> {
  if (!isSigningKeyCommand(input)) return runOperatorCommand(parts.identity, input, context);
  const command = parseInput(signingKeyInput, input);
  const now = Date.now();
  const before = parts.signingKeys.all().length;
  const keys = runSigningKeyCommand(command, parts.signingKeys, parts.tree, now);
  if (command.command === "signing-key.rotate") {
    const description =
      keys.length > before ? "Created a new key that signs checkpoints" : "Ended earlier keys that sign checkpoints";
    await recordKeys(parts.deliver, { description, keys, requestId: context.origin.requestId, now });
  }
  return keys;
}

function isSigningKeyCommand(input: unknown): boolean {
  if (typeof input !== "object" || input === null || !("command" in input)) return false;
  return typeof input.command === "string" && input.command.startsWith("signing-key.");
}

/** Records which keys sign from now on. @param keys newest first. */
export async function recordKeys(
  deliver: Deliver,
  {
    description,
    keys,
    requestId,
    now,
  }: {
    readonly description: string;
    readonly keys: readonly ListedKey[];
    readonly requestId: string;
    readonly now: number;
  },
): Promise<void> {
  await deliver([
    {
      id: uuidv7(now),
      timestamp: new Date(now).toISOString(),
      tenant_id: PLATFORM_ORGANIZATION,
      action: "signing_key.rotate",
      actor: OPERATOR,
      resource: { type: "signing_key" },
      description,
      context: { request_id: requestId },
      metadata: { public_keys: keys.map((key) => ({ ...key })) },
    },
  ]);
}
