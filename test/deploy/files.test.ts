import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

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
