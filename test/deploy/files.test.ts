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
