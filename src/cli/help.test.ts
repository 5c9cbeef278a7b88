import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "./main.ts";

/** Every command that there is, under what is typed to run it. */
function commandsOf(command: Command, path: string): [string, Command][] {
  return [[path, command], ...command.commands.flatMap((child) => commandsOf(child, `${path} ${child.name()}`))];
}

const COMMANDS = commandsOf(createProgram(), "daybook");

test.each(COMMANDS)("the help of `%s` says each default in words", (_, command) => {
  const defaults = [...command.helpInformation().matchAll(/\(default: [^)]*\)/g)].map(([text]) => text);
  expect(defaults.filter((text) => /[[{]|\b(true|false|null|undefined)\b/.test(text))).toEqual([]);
});

test.each([
  ["daybook serve", "./data, or ./data-demo with --demo"],
  ["daybook demo", "./data-demo"],
  ["daybook backup", "./data"],
  ["daybook witness", "localhost:4610"],
])("the help of `%s` names the default %s", (path, expected) => {
  const help = new Map(COMMANDS).get(path)?.helpInformation() ?? "";
  expect(help.replace(/\s+/g, " ")).toContain(`(default: ${expected}`);
});
