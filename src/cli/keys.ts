import { Command, InvalidArgumentError } from "commander";
import { addDataOptions, type Config, toConfig } from "../config.ts";
import { SCOPES, type Scope } from "../identity/index.ts";
import { createCommandLogger } from "../logger.ts";
import { operate } from "./operator-client.ts";

interface CreateOptions extends Partial<Config> {
  org?: string;
  platform?: boolean;
  create?: boolean;
  name: string;
  scopes: Scope[];
  expires?: number;
  json?: boolean;
}

/** `daybook keys create | list | revoke`. Standard output carries the result alone. */
export function keysCommand(): Command {
  const keys = new Command("keys").description(
    "create, list and revoke API keys; works with and without a running server",
  );

  addDataOptions(keys.command("create"))
    .description("create an API key and print it; it is printed only once")
    .option("--org <id>", "organization that the key belongs to")
    .option("--platform", "create a platform key instead; it works for every organization")
    .option("--create", "create the organization if it does not exist")
    .option("--name <name>", "name of the key, such as what uses it", "Command line")
    .requiredOption("--scopes <list>", `comma-separated: ${SCOPES.join(", ")}`, scopeList)
    .option("--expires <time>", "when the key expires, an RFC 3339 time (default: never)", instant)
    .option("--json", "print the key with its id and details as JSON")
    .action(async (options: CreateOptions, command: Command) => {
      if ((options.org === undefined) === !options.platform)
        command.error("daybook: give either --org <id> or --platform");
      const created = (await operate(
        toConfig(options),
        {
          command: "keys.create",
          organization: options.org ?? null,
          create: options.create ?? false,
          name: options.name,
          scopes: options.scopes,
          expires_at: options.expires ?? null,
        },
        stderr(),
      )) as { key: string };
      print(options.json ? created : created.key);
    });

  addDataOptions(keys.command("list"))
    .description("list the keys that are not revoked, as JSON lines")
    .option("--org <id>", "list the keys of this organization (default: those of the platform)")
    .action(async (options: Partial<Config> & { org?: string }) => {
      const list = await operate(
        toConfig(options),
        { command: "keys.list", organization: options.org ?? null },
        stderr(),
      );
      for (const key of list as unknown[]) print(key);
    });

  addDataOptions(keys.command("revoke <id>"))
    .description("revoke a key at once")
    .action(async (id: string, options: Partial<Config>) => {
      print(await operate(toConfig(options), { command: "keys.revoke", id }, stderr()));
    });
  return keys;
}

function print(value: unknown): void {
  process.stdout.write(`${typeof value === "string" ? value : JSON.stringify(value)}\n`);
}

function stderr() {
  return createCommandLogger(process.stderr);
}

function scopeList(text: string): Scope[] {
  return text.split(",").map((entry) => {
    const scope = SCOPES.find((known) => known === entry.trim());
    if (!scope) throw new InvalidArgumentError(`${JSON.stringify(entry)} is not one of ${SCOPES.join(", ")}.`);
    return scope;
  });
}

function instant(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError("It must be an RFC 3339 time, such as 2027-01-31T00:00:00Z.");
  return at;
}
