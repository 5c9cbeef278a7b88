import { z } from "zod";
import { DaybookError } from "../errors.ts";
import type { Identity } from "./contract.ts";
import { parseInput } from "./input.ts";
import type { Actor } from "./own-events.ts";
import type { Origin } from "./principals.ts";
import { SCOPES } from "./vocabulary.ts";

/**
 * What the operator may do at the command line: whoever can read the data directory. One set of commands, whether they run in
 * the server or, while none runs, on the directory itself.
 */
const operatorCommand = z.discriminatedUnion("command", [
  z.strictObject({
    command: z.literal("keys.create"),
    /** Null makes a platform key. */
    organization: z.string().nullable(),
    /** Make the organization when it does not exist. */
    create: z.boolean(),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES, { error: `must be one of ${SCOPES.join(", ")}` })),
    /** Milliseconds since the Unix epoch, or null. */
    expires_at: z.number().nullable(),
  }),
  z.strictObject({ command: z.literal("keys.list"), organization: z.string().nullable() }),
  z.strictObject({ command: z.literal("keys.revoke"), id: z.string() }),
  z.strictObject({ command: z.literal("users.reset_two_factor"), email: z.string() }),
  z.strictObject({ command: z.literal("users.reset_password"), email: z.string() }),
  z.strictObject({ command: z.literal("users.sign_in_link"), email: z.string() }),
]);

export type IdentityCommand = z.infer<typeof operatorCommand>;

export const OPERATOR: Actor = { type: "system", id: "operator", name: "Command line" };

const LINK_VALID_MS = 60 * 60 * 1000;

/**
 * @param from.publicUrl where the console is reached, for links.
 * @throws DaybookError `invalid_input`, `not_found`, and whatever identity throws.
 */
export async function runOperatorCommand(
  identity: Identity,
  input: unknown,
  { origin, publicUrl }: { origin: Origin; publicUrl: string },
): Promise<unknown> {
  const command = parseInput(operatorCommand, input);
  switch (command.command) {
    case "keys.create": {
      const { organization, create, name, scopes, expires_at: expiresAt } = command;
      if (organization !== null && !(await identity.organizationExists(organization))) {
        if (!create)
          throw new DaybookError(
            "not_found",
            `There is no organization ${JSON.stringify(organization)}. Add --create to create it.`,
          );
        await identity.putOrganization(organization, organization, OPERATOR, origin);
      }
      const key = { organization: organization ?? undefined, name, scopes, ...(expiresAt !== null && { expiresAt }) };
      return identity.createKey(key, OPERATOR, origin);
    }
    case "keys.list":
      return identity.listKeys(command.organization ?? undefined);
    case "keys.revoke": {
      if (!(await identity.findKey(command.id))) throw new DaybookError("not_found", "There is no such key.");
      await identity.revokeKey(command.id, OPERATOR, origin);
      return identity.findKey(command.id);
    }
    case "users.reset_two_factor":
      await identity.resetTwoFactor(command.email, OPERATOR, origin);
      return { email: command.email, two_factor: false };
    case "users.reset_password":
      return { password: await identity.resetPassword(command.email, OPERATOR, origin) };
    case "users.sign_in_link": {
      const token = await identity.issueSignInToken(command.email, LINK_VALID_MS);
      return { link: `${publicUrl}/sign-in#token=${token}` };
    }
  }
}
