import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { OF_THE_IMAGE, serverSettings } from "./settings.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, "utf8");

interface Compose {
  readonly services: Record<string, Record<string, unknown>>;
}

describe("compose.yaml", () => {
  const { services } = parse(read("compose.yaml")) as Compose;

  it("runs the server without rights, on a read-only root", () => {
    expect(services.daybook).toMatchObject({ read_only: true, cap_drop: ["ALL"], tmpfs: ["/tmp"] });
  });

  it("publishes the port to this machine alone", () => {
    expect(services.daybook?.ports).toEqual(["127.0.0.1:4600:4600"]);
  });
});

describe("the settings of a server", () => {
  const environment = (path: string, service: string) =>
    (parse(read(path), { merge: true }) as Compose).services[service]?.environment as Record<string, string | null>;
  const own = environment("compose.yaml", "daybook");
  const shared = environment("deploy/compose.nodes.yaml", "node-1");
  /** They name files or programs. Whoever mounts these adds the setting in the same file, compose.override.yaml. */
  const withMount = [
    "DAYBOOK_ADDRESS_DATABASE",
    "DAYBOOK_SIGNING_COMMAND",
    "DAYBOOK_SIGNING_PUBLIC_KEY",
    "DAYBOOK_STREAM_DIRECTORY",
  ];
  /** Of nodes that share a log. */
  const ofNodes = ["DAYBOOK_LOG_ARCHIVE", "DAYBOOK_NODE_URL", "DAYBOOK_SIGNING_KEYS", "DAYBOOK_STREAMS_KEY", "LOG_URL"];

  it("are all passed on by Compose, except those that the image or a mount sets", () => {
    const others = [...OF_THE_IMAGE, ...withMount];
    expect([...Object.keys(shared), ...others].sort()).toEqual(serverSettings());
    expect([...Object.keys(own), ...ofNodes, ...others].sort()).toEqual(serverSettings());
  });

  it("have no value of their own in the files, so that those of the operator count", () => {
    const fixed = ["DAYBOOK_NODE_URL", "DAYBOOK_SIGNING_KEYS", "DAYBOOK_STREAMS_KEY"];
    for (const [name, value] of [...Object.entries(own), ...Object.entries(shared)]) {
      if (!fixed.includes(name)) expect(value ?? "$" + "{", name).toContain("$" + "{");
    }
  });
});

it("has no default password for the other services", () => {
  const text = read("deploy/compose.services.yaml");
  expect(Object.keys((parse(text) as Compose).services)).toEqual(["daybook", "postgres", "clickhouse"]);
  const passwords = [...text.matchAll(/\$\{(\w+PASSWORD)(:\?[^}]+)?\}/g)];
  expect(passwords.length).toBeGreaterThan(0);
  for (const [whole, , required] of passwords) expect(required, whole).toBeDefined();
});

it("starts three nodes of one log, with one signing key and a directory each", () => {
  const { services } = parse(read("deploy/compose.nodes.yaml"), { merge: true }) as Compose;
  const nodes = Object.entries(services).filter(([name]) => name.startsWith("node-"));
  expect(nodes.map(([name]) => name)).toEqual(["node-1", "node-2", "node-3"]);
  for (const [name, { environment, volumes, read_only }] of nodes) {
    expect(environment).toMatchObject({
      DAYBOOK_NODE_URL: `http://${name}:4600`,
      DAYBOOK_SIGNING_KEYS: "/var/lib/daybook-keys/signing.json",
    });
    expect((environment as { LOG_URL: string }).LOG_URL).toContain("POSTGRES_PASSWORD:?");
    expect(volumes).toEqual(["keys:/var/lib/daybook-keys", `${name}:/var/lib/daybook`]);
    expect(read_only).toBe(true);
  }
});

it("lets the container keep its data where the volume is mounted", () => {
  const image = read("Containerfile");
  expect(image).toContain("DAYBOOK_DATA_DIR=/var/lib/daybook");
  expect(image).toMatch(/^VOLUME \/var\/lib\/daybook$/m);
  expect(image).toMatch(/^USER 10001:10001$/m);
});

it.runIf(spawnSync("systemd-analyze", ["--version"]).status === 0)("has a unit that systemd finds no fault in", () => {
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", `${root}deploy/daybook.service`], {
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
});
