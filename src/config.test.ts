import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addDataOptions } from "./config.ts";

describe("the address of a PostgreSQL database", () => {
  const logUrl = (text: string) => {
    const command = addDataOptions(new Command())
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    return command.parse(["--log-url", text], { from: "user" }).opts().logUrl;
  };

  it.each([
    "postgres://daybook:secret@db.internal:5432/daybook?sslmode=verify-full",
    "postgresql://daybook@/daybook?host=/run/postgresql",
    "postgresql://daybook@/daybook?host=%2Frun%2Fpostgresql",
    "postgresql:///daybook?host=/run/postgresql",
  ])("is taken as it is: %s", (text) => expect(logUrl(text)).toBe(text));

  it.each(["mysql://daybook@/daybook?host=/run", "daybook", "postgres://[/daybook"])("is refused: %s", (text) =>
    expect(() => logUrl(text)).toThrow("It must be a URL that begins with postgres:// or postgresql://."),
  );
});
