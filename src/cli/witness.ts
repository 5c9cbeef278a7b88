import { once } from "node:events";
import { resolve } from "node:path";
import { hashing } from "@daybook/sdk/merkle";
import { parseVerifierKey } from "@daybook/sdk/note";
import { Command, InvalidArgumentError, Option } from "commander";
import { sha256 } from "../crypto.ts";
import { createLogger } from "../logger.ts";
import { Witness, type WitnessedLog, WitnessKey, WitnessStore, witnessedLog, witnessServer } from "../witness/index.ts";

interface WitnessOptions {
  dataDir: string;
  listen: { host: string; port: number };
  name: string;
  log: WitnessedLog[];
}

const ADDRESS = "localhost:4610";

/** `daybook witness`: a process of its own, best on a machine that the server's operator cannot reach. */
export function witnessCommand(): Command {
  return new Command("witness")
    .description(
      "cosign a log's checkpoints as long as the log only grows; run it on a different machine from the server",
    )
    .requiredOption("--data-dir <directory>", "the witness's own directory, for its key and what it has seen")
    .addOption(
      new Option(
        "--log <vkey>",
        "verifier key of one organization of a log; the witness then accepts every organization of that log. Repeatable",
      )
        .argParser(anotherLog)
        .default([], "none"),
    )
    .addOption(
      new Option("--listen <host:port>", "address that the witness listens on")
        .argParser(address)
        .default(address(ADDRESS), ADDRESS),
    )
    .option(
      "--name <name>",
      "name that the witness signs with, such as a host name with a path",
      keyName,
      "daybook-witness",
    )
    .action(async ({ dataDir, listen, name, log }: WitnessOptions, command: Command) => {
      if (log.length === 0) command.error("daybook: give the log to witness with --log");
      const directory = resolve(dataDir);
      const store = WitnessStore.open(directory);
      try {
        const key = WitnessKey.open(directory, name);
        const server = witnessServer(new Witness(key, store, log), createLogger(process.stderr));
        server.listen(listen.port, listen.host);
        await once(server, "listening");
        const bound = server.address();
        const port = typeof bound === "object" && bound ? bound.port : listen.port;
        const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
        process.stdout.write(`Witness key: ${key.vkey}\nThe witness is at http://${host}:${port}\n`);
        await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      } finally {
        store.close();
      }
    });
}

function anotherLog(vkey: string, before: readonly WitnessedLog[]): WitnessedLog[] {
  try {
    return [...before, witnessedLog(hashing(parseVerifierKey(vkey), sha256))];
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function address(text: string): { host: string; port: number } {
  const [, host = "", port = ""] = /^(?:\[(?=[^\]]*\]:))?([^[\]]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === "" || Number(port) > 65_535)
    throw new InvalidArgumentError("It must be host:port, such as 0.0.0.0:4610.");
  return { host, port: Number(port) };
}

function keyName(text: string): string {
  if (!/^[^\s+]{1,255}$/u.test(text)) throw new InvalidArgumentError("A name has no spaces and no plus.");
  return text;
}
