const STORAGE_KEY = "daybook-invitation";

/** The token of the invitation being answered, while its page, and the sign-in in between, are open in this tab. */
let held: string | undefined;

export function holdInvitation(token: string): void {
  held = token;
  try {
    sessionStorage.setItem(STORAGE_KEY, token);
  } catch {
    // Storage is blocked: it holds until the page is loaded again.
  }
}

export function heldInvitation(): string | undefined {
  if (held !== undefined) return held;
  try {
    return sessionStorage.getItem(STORAGE_KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

export function forgetInvitation(): void {
  held = undefined;
  try {
    sessionStorage.removeItem(STORAGE_KEY);
  } catch {
    // Nothing was kept there either.
  }
}
