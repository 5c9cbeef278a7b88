/** Packages that the server's build leaves in node_modules: they have a native library beside them, or are loaded by few. */
export const UNBUNDLED = ["chdb", "libsql", "pg"];
