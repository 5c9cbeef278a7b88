import { Command } from "commander";
import { expect, test } from "vitest";
import { addServerOptions, type Config } from "../config.ts";
import { withoutWhatSetsNothing } from "./environment.ts";

/** The program's options from this environment alone. */
function read(environment: Record<string, string>): { options: Partial<Config>; lines: string[] } {
  const program = new Command().addCommand(addServerOptions(new Command("serve")).exitOverride());
  const lines = withoutWhatSetsNothing(program, environment);
  const [serve] = program.commands;
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    serve?.parse([], { from: "user" });
  } finally {
    for (const name of Object.keys(environment)) if (!(name in before)) delete process.env[name];
  }
  return { options: serve?.opts() ?? {}, lines };
}

test.each(["tcp://10.96.12.7:4600", "udp://10.96.12.7:53", "sctp://[fd00::1]:4600"])(
  "ignores a service's address, %s, and says so",
  (value) => {
    const { options, lines } = read({ DAYBOOK_PORT: value });
    expect(options.port).toBe(4600);
    expect(lines).toEqual([expect.stringContaining(`DAYBOOK_PORT=${value} is ignored`)]);
  },
);

test("takes an empty variable for one that is not set, whichever it is", () => {
  const names = ["HOST", "PORT", "DATA_DIR", "URL", "VERIFY_HOUR", "READER_TIMEOUT", "TRUSTED_PROXIES", "WITNESSES"];
  const empty = Object.fromEntries(names.map((name) => [`DAYBOOK_${name}`, name === "URL" ? "  " : ""]));
  const { options, lines } = read({ ...empty, DATABASE_URL: "", CLICKHOUSE_URL: "" });
  expect(options).toEqual(read({}).options);
  expect(lines).toEqual([]);
});

test.each(["DATABASE_URL", "CLICKHOUSE_URL", "DAYBOOK_URL"])("refuses a wrong %s that looks like one", (name) => {
  expect(() => read({ [name]: "tcp://10.0.0.1:5432" })).toThrow(/must be/);
});

test("leaves what was meant", () => {
  expect(read({ DAYBOOK_PORT: "5000" })).toMatchObject({ options: { port: 5000 }, lines: [] });
  expect(() => read({ DAYBOOK_PORT: "5000x" })).toThrow(/A port is a number/);
});
