import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { Limit } from "./admission/index.ts";
import type { BucketFolder } from "./bucket.ts";
import {
  addressList,
  bucketUrl,
  clusterName,
  hourOrOff,
  httpUrl,
  limitList,
  listed,
  originList,
  portNumber,
  postgresUrl,
  publicUrl,
  readerTimeout,
  smtpUrl,
  witnessList,
} from "./config-values.ts";

/** Everything that can be set, as one frozen object. Nothing else reads flags or the environment. */
export interface Config {
  /** Address to listen on. Default `localhost`: not reachable from outside until the operator says so. */
  readonly host: string;
  /** TCP port; 0 picks a free one. Default 4600. */
  readonly port: number;
  /** Directory that holds everything Daybook keeps. Default `./data`, so that a first try needs no decision. */
  readonly dataDir: string;
  /** Public address: links, origin check, cookies. Default: the address listened on. */
  readonly url: string | undefined;
  /** PostgreSQL for identity. Default: the one that the log is shared in, else SQLite in the data directory. */
  readonly databaseUrl: string | undefined;
  /** PostgreSQL that several nodes share the log in. Default: none; the log is this process's and its disk's. */
  readonly logUrl: string | undefined;
  /** Bucket that sealed segments of the shared log are moved to. Default: none; PostgreSQL keeps the whole log. */
  readonly logArchive: BucketFolder | undefined;
  /** Where the other nodes reach this one. Default: its address on this machine. */
  readonly nodeUrl: string | undefined;
  /** File of the keys that sign checkpoints, the same on every node. Default: `keys/signing.json` in the data directory. */
  readonly signingKeys: string | undefined;
  /** Command that signs instead of a key in that file: it gets the bytes at its standard input and writes the signature. Default: none. */
  readonly signingCommand: string | undefined;
  /** The public key of the signing command. */
  readonly signingPublicKey: string | undefined;
  /** File of the key that encrypts the secrets of streams and alerts, the same on every node. Default: `keys/streams.key` in the data directory. */
  readonly streamsKey: string | undefined;
  /** A ClickHouse server for search. Default: chDB inside this process. */
  readonly clickhouseUrl: string | undefined;
  /** The cluster that this server belongs to, on all of whose servers the tables are. Default: on this one alone. */
  readonly clickhouseCluster: string | undefined;
  /** Addresses or CIDR ranges whose X-Forwarded-For is believed. Default: none, so that nobody can forge an address. */
  readonly trustedProxies: readonly string[];
  /** Origins that can show `/embed` in a frame. Default: none. */
  readonly embedOrigins: readonly string[];
  /** Origins whose pages can record events with a key that can do nothing else. Default: none: a key in a page is everybody's. */
  readonly browserOrigins: readonly string[];
  /** Witnesses that cosign checkpoints: where each is, and its verifier key. Default: none. */
  readonly witnesses: readonly { readonly url: string; readonly vkey: string }[];
  /** Hour of the day, in UTC, at which everything stored is verified. Default 3; undefined never does it by itself. */
  readonly verifyHour: number | undefined;
  /** Seconds after which a connection whose reader takes nothing is closed, and what it held is released. Default 60. */
  readonly readerTimeout: number;
  /** Networks that streams can deliver to besides public addresses. Default: none, so that nobody reaches through a stream what only this machine can. */
  readonly streamNetworks: readonly string[];
  /** Directory that streams can write files below. Default: none, so that nobody fills a disk who cannot see it. */
  readonly streamDirectory: string | undefined;
  /** Files in MaxMind's format that say which country and network an address is in. Default: none; none is shipped. */
  readonly addressDatabases: readonly string[];
  /** The mail server that alerts and reports are sent by. Default: none; then they reach webhooks alone. */
  readonly smtpUrl: string | undefined;
  /** Who e-mails are from. Default: `daybook@` the name of the public address. */
  readonly smtpFrom: string | undefined;
  /** Limits of what one organization or key can have. Default: none; shares are fair without them. */
  readonly limits: readonly Limit[];
}

/** While most of the world that shares a time zone with Europe or the Americas sleeps. */
const VERIFY_HOUR = 3;

/** Longer than most networks are away for; what waits for a reader takes memory meanwhile. */
const READER_TIMEOUT_S = 60;

/** Where Daybook keeps its data by default. */
const DATA_DIRECTORY = "./data";

/** The same for the sample, so that it never gets among somebody's own events. */
export const DEMO_DIRECTORY = "./data-demo";

/** The option of where the data is. `description` says in the help what the default is. */
const dataDirOption = (directory: string, description = directory) =>
  new Option("--data-dir <directory>", "where Daybook keeps its data")
    .env("DAYBOOK_DATA_DIR")
    .default(directory, description);

const urlOption = () =>
  new Option("--url <url>", "public address, for links, the check of origins, and cookies")
    .env("DAYBOOK_URL")
    .argParser(publicUrl);

/** The options of every command that works on a data directory. */
export function addDataOptions(command: Command, dataDir = dataDirOption(DATA_DIRECTORY)): Command {
  return command
    .addOption(dataDir)
    .addOption(
      new Option("--database-url <url>", "PostgreSQL for identity instead of SQLite")
        .env("DATABASE_URL")
        .argParser(postgresUrl),
    )
    .addOption(
      new Option("--log-url <url>", "PostgreSQL database in which several nodes share the log")
        .env("LOG_URL")
        .argParser(postgresUrl),
    )
    .addOption(
      new Option("--log-archive <url>", "S3 bucket to which PostgreSQL's older part of the log is moved")
        .env("DAYBOOK_LOG_ARCHIVE")
        .argParser(bucketUrl),
    )
    .addOption(
      new Option("--signing-keys <file>", "file of the keys that sign checkpoints, the same on every node").env(
        "DAYBOOK_SIGNING_KEYS",
      ),
    )
    .addOption(
      new Option("--signing-command <command>", "command that signs checkpoints, for a key outside of Daybook").env(
        "DAYBOOK_SIGNING_COMMAND",
      ),
    )
    .addOption(
      new Option("--signing-public-key <key>", "public key of the signing command: a file, or base64").env(
        "DAYBOOK_SIGNING_PUBLIC_KEY",
      ),
    )
    .addOption(
      new Option(
        "--streams-key <file>",
        "file of the key that encrypts the secrets of streams and alerts, the same on every node",
      ).env("DAYBOOK_STREAMS_KEY"),
    );
}

/** The options of a command that prints a link. */
export function addLinkOptions(command: Command): Command {
  return addDataOptions(command).addOption(urlOption());
}

/** The options of a command that works on search as well. */
export function addStoreOptions(command: Command, dataDir?: Option): Command {
  return addDataOptions(command, dataDir)
    .addOption(
      new Option("--clickhouse-url <url>", "ClickHouse server for search instead of chDB")
        .env("CLICKHOUSE_URL")
        .argParser(httpUrl),
    )
    .addOption(
      new Option("--clickhouse-cluster <name>", "cluster of this server, on all of whose servers the tables are")
        .env("CLICKHOUSE_CLUSTER")
        .argParser(clusterName),
    );
}

/** The options of the server. */
export function addServerOptions(command: Command, dataDir?: Option): Command {
  const options = [...addressOptions(), ...upkeepOptions(), ...trustOptions(), ...deliveryOptions()];
  return options.reduce((given, option) => given.addOption(option), addStoreOptions(command, dataDir));
}

/** The options of a server that can have the sample: of `demo`, or of `serve`, which takes `--demo`. */
export function addDemoOptions(command: Command, isDemo: boolean): Command {
  const dataDir = isDemo
    ? dataDirOption(DEMO_DIRECTORY)
    : dataDirOption(DATA_DIRECTORY, `${DATA_DIRECTORY}, or ${DEMO_DIRECTORY} with --demo`);
  return addServerOptions(command, dataDir);
}

/** Where the server is reached. */
const addressOptions = () => [
  new Option("--host <address>", "address that the server listens on").env("DAYBOOK_HOST").default("localhost"),
  new Option("--port <number>", "port that the server listens on")
    .env("DAYBOOK_PORT")
    .default(4600)
    .argParser(portNumber),
  urlOption(),
  new Option("--node-url <url>", "where the other nodes reach this one").env("DAYBOOK_NODE_URL").argParser(publicUrl),
];

/** How it works, and how much of it each caller can have. */
const upkeepOptions = () => [
  new Option("--verify-hour <hour>", "hour (UTC) of the nightly verification, or off")
    .env("DAYBOOK_VERIFY_HOUR")
    .default(VERIFY_HOUR)
    .argParser(hourOrOff),
  new Option("--reader-timeout <seconds>", "close a connection whose client reads nothing for this many seconds")
    .env("DAYBOOK_READER_TIMEOUT")
    .default(READER_TIMEOUT_S)
    .argParser(readerTimeout),
  new Option("--limits <list>", "limits of each organization or key, such as events=1000/key")
    .env("DAYBOOK_LIMITS")
    .default([], "none")
    .argParser(limitList),
];

/** Who comes in: through which proxies, from which addresses and pages. */
const trustOptions = () => [
  new Option("--trusted-proxies <list>", "addresses or CIDR ranges of proxies; only their X-Forwarded-For is used")
    .env("DAYBOOK_TRUSTED_PROXIES")
    .default([], "none")
    .argParser(addressList),
  new Option("--address-database <list>", "files (.mmdb) with the country and network of addresses")
    .env("DAYBOOK_ADDRESS_DATABASE")
    .default([], "none")
    .argParser(listed),
  new Option("--embed-origins <list>", "origins that can show /embed in a frame")
    .env("DAYBOOK_EMBED_ORIGINS")
    .default([], "none")
    .argParser(originList),
  new Option("--browser-origins <list>", "origins whose pages can record events, with keys that have only events:write")
    .env("DAYBOOK_BROWSER_ORIGINS")
    .default([], "none")
    .argParser(originList),
];

/** Where it sends something. */
const deliveryOptions = () => [
  new Option(
    "--stream-networks <list>",
    "addresses or CIDR ranges that streams can deliver to, in addition to public ones",
  )
    .env("DAYBOOK_STREAM_NETWORKS")
    .default([], "none")
    .argParser(addressList),
  new Option("--stream-directory <directory>", "where streams can write files").env("DAYBOOK_STREAM_DIRECTORY"),
  new Option("--smtp-url <url>", "mail server for alerts and reports, such as smtp://user:password@mail.example.com")
    .env("DAYBOOK_SMTP_URL")
    .argParser(smtpUrl),
  new Option("--smtp-from <address>", "sender of e-mails").env("DAYBOOK_SMTP_FROM"),
  new Option("--witnesses <list>", "witnesses that cosign checkpoints, each as <vkey>@<url>")
    .env("DAYBOOK_WITNESSES")
    .default([], "none")
    .argParser(witnessList),
];

/** As commander parsed them: each under the name of its flag. */
type Options = Partial<Omit<Config, "addressDatabases">> & { readonly addressDatabase?: readonly string[] };

export function toConfig(options: Options): Config {
  return Object.freeze({
    host: options.host ?? "localhost",
    port: options.port ?? 4600,
    dataDir: resolve(options.dataDir ?? DATA_DIRECTORY),
    url: options.url,
    databaseUrl: options.databaseUrl ?? options.logUrl,
    logUrl: options.logUrl,
    logArchive: options.logArchive,
    nodeUrl: options.nodeUrl,
    signingKeys: options.signingKeys === undefined ? undefined : resolve(options.signingKeys),
    signingCommand: options.signingCommand,
    signingPublicKey: options.signingPublicKey,
    streamsKey: options.streamsKey === undefined ? undefined : resolve(options.streamsKey),
    clickhouseUrl: options.clickhouseUrl,
    clickhouseCluster: options.clickhouseCluster,
    trustedProxies: options.trustedProxies ?? [],
    embedOrigins: options.embedOrigins ?? [],
    browserOrigins: options.browserOrigins ?? [],
    witnesses: options.witnesses ?? [],
    limits: options.limits ?? [],
    addressDatabases: (options.addressDatabase ?? []).map((file) => resolve(file)),
    streamNetworks: options.streamNetworks ?? [],
    streamDirectory: options.streamDirectory === undefined ? undefined : resolve(options.streamDirectory),
    smtpUrl: options.smtpUrl,
    smtpFrom: options.smtpFrom,
    readerTimeout: options.readerTimeout ?? READER_TIMEOUT_S,
    verifyHour: "verifyHour" in options ? options.verifyHour : VERIFY_HOUR,
  });
}
