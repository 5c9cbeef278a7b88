import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./repository.ts";

it("the picture of the architecture has a place for every folder of src", () => {
  const picture = readFileSync(join(ROOT, "docs/images/architecture.svg"), "utf8");
  const rooms = [...picture.matchAll(/class="room"[^>]*>src\/([\w-]+)<\/text>/g)].map(([, name]) => name);
  const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) expect(rooms, `src/${name}`).toContain(name);
});
