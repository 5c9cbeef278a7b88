import { DaybookError } from "../errors.ts";
import { type Access, accessOf } from "./access.ts";
import { type Manager, type Managing, managerOf } from "./authorization.ts";
import type { KeyCache } from "./key-cache.ts";
import type { Organizations } from "./organizations.ts";
import type { Permission } from "./permissions.ts";
import type { Principal, ViewerPrincipal } from "./principals.ts";
import { type Sessions, sessionToken } from "./sessions.ts";
import { VIEWER_TOKEN_PREFIX, type ViewerTokens } from "./viewer-tokens.ts";

interface CallersParts {
  readonly sessions: Sessions;
  readonly keys: KeyCache;
  readonly viewerTokens: ViewerTokens;
  readonly organizations: Organizations;
}

/** Who sends a request, by the key, the viewer token or the session that its headers hold, and what they can do with it. */
export class Callers {
  private readonly sessions: Sessions;
  private readonly keys: KeyCache;
  private readonly viewerTokens: ViewerTokens;
  private readonly organizations: Organizations;

  constructor({ sessions, keys, viewerTokens, organizations }: CallersParts) {
    this.sessions = sessions;
    this.keys = keys;
    this.viewerTokens = viewerTokens;
    this.organizations = organizations;
  }

  async viewer(headers: Headers): Promise<ViewerPrincipal> {
    const principal = await this.anyone(headers);
    if (principal.type === "viewer") return principal;
    throw new DaybookError("forbidden", "This needs a viewer token.");
  }

  async access(headers: Headers, permission: Permission, named: () => string | undefined): Promise<Access> {
    const principal = await this.anyone(headers);
    return accessOf(this.organizations, principal, permission, named());
  }

  async manager(headers: Headers, managing: Managing): Promise<Manager> {
    return managerOf(this.organizations, await this.anyone(headers), managing);
  }

  async authenticate(headers: Headers): Promise<Principal> {
    return notViewer(await this.anyone(headers));
  }

  async authenticateWith(authorization: string): Promise<Principal> {
    return notViewer(await this.bearer(authorization));
  }

  isCurrent(principal: Principal): boolean {
    return principal.type === "api_key" && this.keys.isCurrent(principal);
  }

  private async anyone(headers: Headers): Promise<Principal | ViewerPrincipal> {
    const authorization = headers.get("authorization");
    if (authorization !== null) return this.bearer(authorization);
    const token = sessionToken(headers);
    const principal = token === undefined ? undefined : await this.sessions.find(token);
    if (principal === undefined) throw new DaybookError("unauthenticated", "A valid API key or session is needed.");
    return principal;
  }

  private async bearer(authorization: string): Promise<Principal | ViewerPrincipal> {
    const text = bearerToken(authorization);
    return text.startsWith(VIEWER_TOKEN_PREFIX) ? this.viewerTokens.verify(text) : this.keys.authenticate(text);
  }
}

/** RFC 6750: the scheme's case does not matter. What is not a bearer token is no valid key either. */
function bearerToken(authorization: string): string {
  return /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
}

function notViewer(principal: Principal | ViewerPrincipal): Principal {
  if (principal.type !== "viewer") return principal;
  throw new DaybookError("forbidden", "A viewer token can only read the audit logs.");
}
