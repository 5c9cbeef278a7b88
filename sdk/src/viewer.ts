/** What a viewer token can carry besides reading. */
export const VIEWER_SCOPES = ["streams:manage"] as const;
export type ViewerScope = (typeof VIEWER_SCOPES)[number];

/** What an application's server sends to `POST /v1/viewer-tokens`, to show one organization its audit logs or its streams. */
export interface ViewerTokenRequest {
  organization: string;
  /** Filters that the viewer cannot remove. Not together with `scopes`. */
  filter?: { [name: string]: string | string[] };
  /** Who reads, as the application knows them. Required with `scopes`. */
  viewer?: { id: string; name?: string; email?: string };
  scopes?: ViewerScope[];
  /** Seconds, 1 to 600. Default 600. */
  expires_in?: number;
}

/** What it answers. */
export interface ViewerToken {
  token: string;
  /** The Audit Logs page, for a frame. */
  url: string;
  /** The page of the organization's streams. Null without the scope `streams:manage`. */
  streams_url: string | null;
  expires_at: string;
}
