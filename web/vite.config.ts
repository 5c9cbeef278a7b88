import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Rolldown } from "vite";
import { firstPaint } from "./first-paint.ts";
import { standalonePage } from "./standalone-page.ts";

/** The chunk of a module that the entry imports without waiting, directly or not; null leaves it to the bundler. */
function firstScript(id: string, bundle: Rolldown.ChunkingContext): string | null {
  const seen = new Set<string>();
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const info = bundle.getModuleInfo(next);
    if (info?.isEntry) return "index";
    waiting.push(...(info?.importers ?? []));
  }
  return null;
}

export default defineConfig({
  plugins: [react(), tailwindcss(), firstPaint(), standalonePage()],
  resolve: { conditions: ["daybook-source", "module", "browser", "import", "default"] },
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // The first browsers with CSS light-dark(), which the themes are made of.
    target: ["chrome123", "edge123", "firefox120", "safari17.5"],
    // The content security policy allows no data: fonts, and an inlined asset is in no cache.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // The first script names every lazy one: one character less for each leaves it room, and 42 bits still tell two builds apart.
        chunkFileNames: "assets/[name]-[hash:7].js",
        // What the first page needs stays one file: compressed together it is smaller than in the pieces that lazy pages share.
        codeSplitting: { groups: [{ name: firstScript, debugName: "first script" }] },
      },
    },
    // In kB before compression; what counts is gzip, of which the first script is to take less than 235 KiB.
    chunkSizeWarningLimit: 750,
  },
});
