import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "./repository.ts";

const text = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** `strict`: a key that is defined twice, or an alias without its anchor, is an error. */
function yaml<T>(path: string, schema: z.ZodType<T>): T {
  return schema.parse(parse(text(path), { strict: true, uniqueKeys: true }));
}

const step = z.union([
  z.strictObject({ uses: z.string(), with: z.record(z.string(), z.unknown()).optional() }),
  z.strictObject({ run: z.string() }),
]);
const job = z.strictObject({
  name: z.string(),
  "runs-on": z.string(),
  "timeout-minutes": z.number(),
  strategy: z.strictObject({ "fail-fast": z.boolean(), matrix: z.strictObject({ node: z.array(z.string()) }) }),
  steps: z.array(step),
});
const workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({ push: z.strictObject({ branches: z.array(z.string()) }), pull_request: z.null() }),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() }),
  jobs: z.strictObject({ ci: job }),
});

describe("the workflow", () => {
  const { permissions, jobs } = yaml(".github/workflows/ci.yml", workflow);
  const { steps, strategy, "timeout-minutes": timeout } = jobs.ci;
  const { node } = strategy.matrix;

  it("runs the script that any machine can run, which is executable", () => {
    const commands = steps.flatMap((one) => ("run" in one ? [one.run] : []));
    expect(commands).toEqual([".ci/run"]);
    accessSync(join(ROOT, ".ci/run"), constants.X_OK);
  });

  it("covers the oldest Node that package.json allows, and the one that .nvmrc recommends", () => {
    const { engines } = z.object({ engines: z.object({ node: z.string() }) }).parse(JSON.parse(text("package.json")));
    expect(engines.node).toBe(`>=${node[0]}`);
    expect(node.at(-1)).toBe(text(".nvmrc").trim());
    expect(node).toEqual(["20.19", "22", "24"]);
  });

  it("can only read, leaves no token behind, and ends by itself", () => {
    expect(permissions).toEqual({ contents: "read" });
    expect(steps[0]).toMatchObject({ with: { "persist-credentials": false } });
    expect(timeout).toBeLessThanOrEqual(60);
  });

  it("pins GitHub's own actions by major version, and uses no other", () => {
    for (const one of steps) if ("uses" in one) expect(one.uses).toMatch(/^actions\/[a-z-]+@v\d+$/);
  });
});

const element = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("markdown"), attributes: z.strictObject({ value: z.string() }) }),
  z.strictObject({
    type: z.enum(["textarea", "input", "dropdown", "checkboxes"]),
    id: z.string().regex(/^[a-z_-]+$/),
    attributes: z.strictObject({
      label: z.string(),
      description: z.string().optional(),
      placeholder: z.string().optional(),
      render: z.string().optional(),
      default: z.number().optional(),
      options: z.array(z.union([z.string(), z.strictObject({ label: z.string() })])).optional(),
    }),
    validations: z.strictObject({ required: z.boolean() }).optional(),
  }),
]);
const form = z.strictObject({
  name: z.string(),
  description: z.string(),
  labels: z.array(z.string()),
  body: z.array(element),
});

describe("the issue forms", () => {
  const folder = ".github/ISSUE_TEMPLATE";
  const forms = readdirSync(join(ROOT, folder)).filter((name) => name !== "config.yml");

  it.each(forms)("%s has the keys that GitHub knows, and no id or label twice", (name) => {
    const fields = yaml(`${folder}/${name}`, form).body.flatMap((one) => (one.type === "markdown" ? [] : [one]));
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
    expect(new Set(fields.map(({ attributes }) => attributes.label)).size).toBe(fields.length);
    for (const { type, attributes } of fields) {
      expect(attributes.options !== undefined, attributes.label).toBe(type === "dropdown" || type === "checkboxes");
    }
  });

  it("lead a vulnerability away from public issues", () => {
    const config = z.strictObject({
      blank_issues_enabled: z.literal(false),
      contact_links: z.array(
        z.strictObject({ name: z.string(), url: z.url({ protocol: /^https$/ }), about: z.string() }),
      ),
    });
    const [link] = yaml(`${folder}/config.yml`, config).contact_links;
    expect(link?.name).toBe("Security vulnerability");
    expect(text("SECURITY.md")).toContain(link?.url);
  });
});

it("dependabot updates packages and actions, grouped, and ignores only packages that are installed", () => {
  const dependabot = z.object({
    version: z.literal(2),
    updates: z.array(
      z.object({
        "package-ecosystem": z.string(),
        directory: z.literal("/"),
        schedule: z.strictObject({ interval: z.literal("weekly") }),
        groups: z.record(z.string(), z.object({})),
        ignore: z.array(z.object({ "dependency-name": z.string() })).optional(),
      }),
    ),
  });
  const { updates } = yaml(".github/dependabot.yml", dependabot);
  expect(updates.map((update) => update["package-ecosystem"])).toEqual(["npm", "github-actions"]);
  const ignored = updates.flatMap((update) => update.ignore ?? []);
  for (const one of ignored) {
    expect(existsSync(join(ROOT, "node_modules", one["dependency-name"])), one["dependency-name"]).toBe(true);
  }
});
