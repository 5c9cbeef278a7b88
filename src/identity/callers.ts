import { DaybookError } from "../errors.ts";
import type { Principal, ViewerPrincipal } from "./contract.ts";
import type { KeyCache } from "./key-cache.ts";
import { type Sessions, sessionToken } from "./sessions.ts";
import { VIEWER_TOKEN_PREFIX, type ViewerTokens } from "./viewer-tokens.ts";

/** Who sends a request: the key, the viewer token or the session that its headers hold. */
export class Callers {
  private readonly sessions: Sessions;
  private readonly keys: KeyCache;
  private readonly viewerTokens: ViewerTokens;

  constructor(sessions: Sessions, keys: KeyCache, viewerTokens: ViewerTokens) {
    this.sessions = sessions;
    this.keys = keys;
    this.viewerTokens = viewerTokens;
  }

  async authenticate(headers: Headers): Promise<Principal> {
    return notViewer(await this.authenticateReader(headers));
  }

  async authenticateWith(authorization: string): Promise<Principal> {
    return notViewer(await this.readerWith(authorization));
  }

  async authenticateReader(headers: Headers): Promise<Principal | ViewerPrincipal> {
    const authorization = headers.get("authorization");
    if (authorization !== null) return this.readerWith(authorization);
    const token = sessionToken(headers);
    const principal = token === undefined ? undefined : await this.sessions.find(token);
    if (principal === undefined) throw new DaybookError("unauthenticated", "A valid API key or session is needed.");
    return principal;
  }

  private async readerWith(authorization: string): Promise<Principal | ViewerPrincipal> {
    const text = bearer(authorization);
    return text.startsWith(VIEWER_TOKEN_PREFIX) ? this.viewerTokens.verify(text) : this.keys.authenticate(text);
  }
}

/** RFC 6750: the scheme's case does not matter. What is not a bearer token is no valid key either. */
function bearer(authorization: string): string {
  return /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
}

function notViewer(principal: Principal | ViewerPrincipal): Principal {
  if (principal.type !== "viewer") return principal;
  throw new DaybookError("forbidden", "A viewer token can only read the audit logs.");
}
