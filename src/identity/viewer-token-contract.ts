import type { ViewerScope } from "@daybook/sdk";
import type { FixedFilter, ViewerPrincipal } from "./principals.ts";

export interface NewViewerToken {
  readonly organization: string;
  readonly filter: FixedFilter;
  readonly person: ViewerPrincipal["person"];
  readonly scopes: readonly ViewerScope[];
  /** Milliseconds from now, at most `VIEWER_TOKEN_MAX_MS`. */
  readonly validForMs: number;
}

export const VIEWER_TOKEN_MAX_MS = 10 * 60 * 1000;
