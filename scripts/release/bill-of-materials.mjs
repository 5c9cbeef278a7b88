// The software bill of materials: every package of the lock file with its version, licence and hash, as CycloneDX 1.5.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Asks npm, which reads the lock file alone and needs no network. @throws if a package of the lock file is missing in its answer */
export function billOfMaterials(root) {
  const { status, stdout, stderr, error } = spawnSync(
    "npm",
    ["sbom", "--sbom-format=cyclonedx", "--sbom-type=application", "--package-lock-only"],
    { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`npm sbom failed: ${stderr.trim()}`);
  const bill = JSON.parse(stdout);
  for (const component of [bill.metadata.component, ...bill.components]) tidy(component);
  const missing = lockedPackages(root).filter(
    (name) => !bill.components.some((component) => nameOf(component) === name),
  );
  if (missing.length > 0) throw new Error(`npm sbom left out ${missing.join(", ")}.`);
  return bill;
}

/** Corrects what npm takes from this machine: the folder's name as the package's, and the registry that served a package. */
function tidy(component) {
  const [, name] = /^pkg:npm\/(.+)@[^@]+$/.exec(component.purl) ?? [];
  if (name) component.name = decodeURIComponent(name);
  component.externalReferences = component.externalReferences.filter(({ type }) => type !== "distribution");
}

function nameOf({ name, version }) {
  return `${name}@${version}`;
}

function lockedPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(([path, { link }]) => path !== "" && !link)
    .map(([path, { name, version }]) => nameOf({ name: name ?? path.split("node_modules/").at(-1), version }));
}
