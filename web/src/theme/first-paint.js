// Runs before the first paint; theme.ts owns the stored value and the attribute's meaning.
try {
  const theme = localStorage.getItem("daybook-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme it is.
}
