/** Derived ones stay handy; one that is typed may have 128. */
const DERIVED_MAX = 64;

/** An id for an organization of this name: lower case, words joined by hyphens, marks above letters dropped. */
export function organizationId(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, DERIVED_MAX)
    .replace(/^-+|-+$/g, "");
}
