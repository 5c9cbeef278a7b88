/**
 * The addresses of the console's pages: those of its router, in web/src/router.tsx, which a test compares with these. They all answer the
 * same document, and which page it is, the browser decides. Everything else that is neither a file nor the API is a 404, so that a script
 * with a wrong address never takes HTML for its answer.
 */
export const CONSOLE_PAGES: readonly string[] = [
  "/",
  "/setup",
  "/sign-in",
  "/invite",
  "/embed",
  "/embed/streams",
  "/settings",
  "/settings/profile",
  "/settings/organization",
  "/settings/organization/audit-logs",
  "/settings/organization/members",
  "/settings/organization/api-keys",
  "/settings/organization/streams",
  "/settings/organization/alerts",
  "/settings/organization/integrity",
  "/settings/organization/general",
  "/settings/organization/organizations",
];

const PAGES: ReadonlySet<string> = new Set(CONSOLE_PAGES);

/** Also with a slash at its end, as people type and servers redirect to. */
export function isConsolePage(path: string): boolean {
  return PAGES.has(path) || (path.length > 2 && path.endsWith("/") && PAGES.has(path.slice(0, -1)));
}
