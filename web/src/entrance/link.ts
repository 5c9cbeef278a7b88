/** The one-time token of a link: it is behind `#`, which browsers send to no server. */
export function tokenIn(hash: string): string | undefined {
  return new URLSearchParams(hash).get("token") || undefined;
}

/** Where to go after signing in: an address of this console, never another site's, and not where one signs in. */
export function safeTarget(target: string | undefined): string {
  if (target === undefined) return "/";
  const here = window.location.origin;
  const url = URL.parse(target, here);
  if (url === null || url.origin !== here || url.pathname.startsWith("//") || url.pathname === "/sign-in") return "/";
  return `${url.pathname}${url.search}${url.hash}`;
}
