import { uuidv7 } from "@daybook/sdk";
import { z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { type Deliver, type Identity, type Origin, PLATFORM_ORGANIZATION } from "../identity/contract.ts";
import { parseInput } from "../identity/input.ts";
import { type OperatorCommand as IdentityCommand, OPERATOR, runOperatorCommand } from "../identity/operator.ts";
import type { TreeReader } from "../tree/contract.ts";
import { runSigningKeyCommand, type SigningKeyCommand, signingKeyCommand, type ToldKey } from "../tree/operator.ts";
import type { SigningKeys } from "../tree/signing-keys.ts";
import type { Allow } from "./allow.ts";
import { json } from "./answers.ts";
import { decodeUtf8, parseJson, readBody } from "./body.ts";
import { isOperator } from "./operator-token.ts";
import { type Parts, publicUrl } from "./parts.ts";
import type { Api } from "./route.ts";

export type OperatorCommand = IdentityCommand | SigningKeyCommand;

/** What the operator's commands act on. */
export interface OperatorParts {
  readonly identity: Identity;
  readonly tree: TreeReader & { signAgain(): void };
  readonly signingKeys: SigningKeys;
  readonly deliver: Deliver;
}

/**
 * The command line's way in while the server runs: the server alone may open the data directory, so commands come here, with
 * the random token of `run/server.json`, which only the operator's account can read. Not part of the public API.
 */
export function operatorRoute(api: Api, parts: OperatorParts & Pick<Parts, "operatorToken" | "publicOrigins">): void {
  api.route(
    {
      method: "post",
      path: "/operator",
      tag: "Operation",
      hidden: true,
      summary: "Run a command of the operator",
      allow: operator(parts.operatorToken),
      answers: { 200: json("Its result", z.unknown()) },
    },
    async ({ c }) => {
      const command = parseJson(decodeUtf8(await readBody(c.env.incoming)));
      const context = { origin: c.get("origin"), publicUrl: publicUrl(parts) };
      return c.json((await runOperator(parts, command, context)) as z.core.util.JSONType);
    },
  );
}

/** For everybody else there is nothing at that address. */
function operator(token: string): Allow<undefined> {
  return {
    async admit({ headers }) {
      if (isOperator(headers.get("authorization") ?? undefined, token)) return;
      throw new DaybookError("not_found", "There is nothing at this address.");
    },
  };
}

/** One set of commands, whether they run in the server or, while none runs, on the directory itself. @throws as the commands do. */
export async function runOperator(
  parts: OperatorParts,
  input: unknown,
  context: { origin: Origin; publicUrl: string },
): Promise<unknown> {
  if (!isSigningKeyCommand(input)) return runOperatorCommand(parts.identity, input, context);
  const command = parseInput(signingKeyCommand, input);
  const now = Date.now();
  const keys = runSigningKeyCommand(command, parts.signingKeys, parts.tree, now);
  if (command.command === "signing-key.rotate") await recordRotation(parts.deliver, keys, context.origin, now);
  return keys;
}

function isSigningKeyCommand(input: unknown): boolean {
  if (typeof input !== "object" || input === null || !("command" in input)) return false;
  return typeof input.command === "string" && input.command.startsWith("signing-key.");
}

async function recordRotation(deliver: Deliver, keys: readonly ToldKey[], origin: Origin, now: number): Promise<void> {
  await deliver([
    {
      id: uuidv7(now),
      timestamp: new Date(now).toISOString(),
      tenant_id: PLATFORM_ORGANIZATION,
      action: "signing_key.rotate",
      actor: OPERATOR,
      resource: { type: "signing_key" },
      description: "Made a new key that signs checkpoints",
      context: { request_id: origin.requestId },
      metadata: { public_keys: keys.map((key) => ({ ...key })) },
    },
  ]);
}
