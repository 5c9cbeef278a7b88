import { Command } from "commander";
import { addDataOptions, addLinkOptions, type Config, toConfig } from "../config.ts";
import type { IdentityCommand } from "../identity/index.ts";
import { createCommandLogger } from "../logger.ts";
import { operate } from "./operator-client.ts";

type Options = Partial<Config> & { email: string };

/** `daybook users reset-two-factor | reset-password | sign-in-link`: a way back in. Standard output carries the result alone. */
export function usersCommand(): Command {
  const users = new Command("users").description(
    "help people who cannot sign in; works with and without a running server",
  );

  addDataOptions(users.command("reset-two-factor"))
    .description("turn off a user's two-factor sign-in")
    .requiredOption("--email <address>", "the user's e-mail")
    .action(async (options: Options) => {
      const result = await run(options, { command: "users.reset_two_factor", email: options.email });
      process.stdout.write(`${JSON.stringify(result)}\n`);
    });

  addDataOptions(users.command("reset-password"))
    .description("give a user a new password, print it, and end their sessions")
    .requiredOption("--email <address>", "the user's e-mail")
    .action(async (options: Options) => {
      const result = await run(options, { command: "users.reset_password", email: options.email });
      process.stdout.write(`${(result as { password: string }).password}\n`);
    });

  addLinkOptions(users.command("sign-in-link"))
    .description("print a link that signs a user in without a password or code; it works once, within an hour")
    .requiredOption("--email <address>", "the user's e-mail")
    .action(async (options: Options) => {
      const { link } = (await run(options, { command: "users.sign_in_link", email: options.email })) as {
        link: string;
      };
      process.stdout.write(`${link}\n`);
    });
  return users;
}

function run(options: Options, command: IdentityCommand): Promise<unknown> {
  return operate(toConfig(options), command, createCommandLogger(process.stderr));
}
