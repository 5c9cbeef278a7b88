// CHANGELOG.md as text: what is unreleased, and how it becomes the section of a version.
const UNRELEASED = "## [Unreleased]";
/** Those of Keep a Changelog, so that readers know where to look. */
const GROUPS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];

/** The text below *Unreleased*, without its heading. @throws if there is nothing to release, or a group has an unknown name */
export function unreleased(changelog) {
  const lines = changelog.split("\n");
  const start = lines.indexOf(UNRELEASED);
  if (start === -1) throw new Error(`CHANGELOG.md has no line "${UNRELEASED}".`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith("## "));
  const section = lines.slice(start + 1, length === -1 ? undefined : start + 1 + length);
  const unknown = section.find((line) => line.startsWith("### ") && !GROUPS.includes(line.slice(4)));
  if (unknown) throw new Error(`CHANGELOG.md has the heading "${unknown}". Use one of ${GROUPS.join(", ")}.`);
  if (!section.some((line) => line.startsWith("- "))) throw new Error("CHANGELOG.md has no entry below Unreleased.");
  return section.join("\n").trim();
}

/** The changelog with an empty *Unreleased* above the section of this version. */
export function releaseChangelog(changelog, version, date) {
  unreleased(changelog);
  return changelog.replace(`${UNRELEASED}\n`, `${UNRELEASED}\n\n## [${version}] - ${date}\n`);
}
