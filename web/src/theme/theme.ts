import { useSyncExternalStore } from "react";

export const THEME_LABELS = { light: "Light", dark: "Dark", system: "System" } as const;
export type Theme = keyof typeof THEME_LABELS;
export const THEMES: readonly Theme[] = ["light", "dark", "system"];

/** Also read by first-paint.js. */
const STORAGE_KEY = "daybook-theme";
const listeners = new Set<() => void>();

function isTheme(value: string | undefined): value is Theme {
  return THEMES.some((theme) => theme === value);
}

/** The attribute on <html> is the state: absent means the system decides. */
function currentTheme(): Theme {
  const value = document.documentElement.dataset.theme;
  return isTheme(value) ? value : "system";
}

export function setTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Storage is blocked: the choice holds for this page only.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme);
}
