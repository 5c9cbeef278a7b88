import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CERTIFICATE, KEY } from "./certificate.ts";

/** Debian's packages: rsyslog, TLS for it, and the libraries that only it needs. */
const PACKAGES = ["rsyslog", "rsyslog-openssl", "libestr0", "libfastjson4"];
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/rsyslog", import.meta.url));
const LIBRARIES = `usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;

/** One message as rsyslog has understood it. */
export interface SyslogLine {
  readonly pri: string;
  readonly time: string;
  readonly hostname: string;
  readonly app_name: string;
  readonly msgid: string;
  readonly data: string;
  readonly msg: string;
}

/** A real rsyslog, which takes messages over TCP and over TLS, and writes each as a line of JSON. */
export class Rsyslog {
  readonly tcpPort: number;
  readonly tlsPort: number;
  private readonly directory: string;
  private readonly process: ChildProcess;

  private constructor(directory: string, process: ChildProcess) {
    this.directory = directory;
    this.process = process;
    this.tcpPort = portIn(directory, "tcp") ?? 0;
    this.tlsPort = portIn(directory, "tls") ?? 0;
  }

  /** @returns undefined where it is not installed and Debian's packages cannot be had. */
  static async start(): Promise<Rsyslog | undefined> {
    const root = installed() ?? unpacked();
    if (root === undefined) return undefined;
    const directory = mkdtempSync(join(tmpdir(), "daybook-rsyslog-"));
    const file = (name: string, text: string) => writeFileSync(join(directory, name), text);
    file("key.pem", KEY);
    file("certificate.pem", CERTIFICATE);
    file("rsyslog.conf", configuration(directory));
    const libraries = join(root, LIBRARIES);
    const options = ["-n", "-f", join(directory, "rsyslog.conf"), "-i", join(directory, "pid")];
    const child = spawn(join(root, "usr/sbin/rsyslogd"), [...options, "-M", join(libraries, "rsyslog")], {
      env: { ...process.env, LD_LIBRARY_PATH: libraries },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk;
    });
    while (portIn(directory, "tls") === undefined || portIn(directory, "tcp") === undefined) {
      if (child.exitCode !== null) throw new Error(`rsyslog ended with ${child.exitCode}: ${said}`);
      await pause(10);
    }
    return new Rsyslog(directory, child);
  }

  lines(): SyslogLine[] {
    const path = join(this.directory, "messages");
    if (!existsSync(path)) return [];
    const whole = readFileSync(path, "utf8").split("\n").slice(0, -1);
    return whole.map((line) => JSON.parse(line) as SyslogLine);
  }

  async stop(): Promise<void> {
    const ended = once(this.process, "close");
    this.process.kill("SIGKILL");
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function portIn(directory: string, name: string): number | undefined {
  const path = join(directory, `${name}.port`);
  const port = existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
  return port > 0 ? port : undefined;
}

function installed(): string | undefined {
  const needed = ["usr/sbin/rsyslogd", join(LIBRARIES, "rsyslog/lmnsd_ossl.so")];
  return needed.every((path) => existsSync(join("/", path))) ? "/" : undefined;
}

/** Debian's packages, unpacked beside the project's own: to install them would replace the system's own syslog. */
function unpacked(): string | undefined {
  if (existsSync(CACHE)) return CACHE;
  const directory = mkdtempSync(join(tmpdir(), "daybook-packages-"));
  try {
    const run = (command: string, args: readonly string[]) =>
      spawnSync(command, args, { cwd: directory, stdio: "ignore" }).status === 0;
    const download = () => run("apt-get", ["download", "-qq", ...PACKAGES]);
    if (!download() && !(run("apt-get", ["update", "-qq"]) && download())) return undefined;
    const root = join(directory, "root");
    const files = readdirSync(directory).filter((name) => name.endsWith(".deb"));
    if (!files.every((name) => run("dpkg-deb", ["-x", name, root]))) return undefined;
    mkdirSync(join(CACHE, ".."), { recursive: true });
    spawnSync("cp", ["-r", root, `${CACHE}.unfinished`]);
    renameSync(`${CACHE}.unfinished`, CACHE);
    return CACHE;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function configuration(directory: string): string {
  const properties = [
    ...[
      ["pri", "pri"],
      ["hostname", "hostname"],
      ["app_name", "app-name"],
      ["msgid", "msgid"],
      ["data", "structured-data"],
      ["msg", "msg"],
    ].map(([outname, name]) => `property(outname="${outname}" name="${name}" format="jsonf")`),
    'property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")',
  ];
  const input = (name: string, more: string) =>
    `input(type="imtcp" port="0" address="127.0.0.1" listenPortFileName="${directory}/${name}.port" ruleset="keep" ${more})`;
  const certificate = `defaultNetstreamDriverCAFile="${directory}/certificate.pem" defaultNetstreamDriverCertFile="${directory}/certificate.pem"`;
  return `
global(workDirectory="${directory}" maxMessageSize="64k" ${certificate} defaultNetstreamDriverKeyFile="${directory}/key.pem")
module(load="imtcp")
template(name="line" type="list" option.jsonf="on") { ${properties.join(" ")} }
ruleset(name="keep") { action(type="omfile" file="${directory}/messages" template="line" asyncWriting="off") }
${input("tcp", "")}
${input("tls", 'StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon"')}
`;
}
