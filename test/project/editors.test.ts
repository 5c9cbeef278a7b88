import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./repository.ts";

const text = (path: string) => readFileSync(join(ROOT, path), "utf8");

it(".editorconfig says what biome.json says", () => {
  const section = text(".editorconfig").split("[*]")[1]?.split("[")[0] ?? "";
  const settings = Object.fromEntries([...section.matchAll(/^(\w+) = (.+)$/gm)].map(([, key, value]) => [key, value]));
  const { formatter } = JSON.parse(text("biome.json"));
  expect(settings).toMatchObject({
    indent_style: formatter.indentStyle,
    indent_size: String(formatter.indentWidth),
    max_line_length: String(formatter.lineWidth),
    // Biome's defaults, where its configuration says nothing.
    end_of_line: formatter.lineEnding ?? "lf",
    insert_final_newline: "true",
  });
});
