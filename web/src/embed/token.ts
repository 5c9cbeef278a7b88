/** A viewer token and which one it is: the first, the second that the host page gave. */
export interface ViewerToken {
  readonly token: string;
  readonly ordinal: number;
}

let held: ViewerToken | undefined;

/** Kept in this page's memory alone: the host application gives a new one when it is needed. */
export function holdViewerToken(token: string): void {
  held = { token, ordinal: (held?.ordinal ?? 0) + 1 };
}

export function heldViewerToken(): ViewerToken | undefined {
  return held;
}
