import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstPaint } from "./first-paint.ts";

export default defineConfig({
  plugins: [react(), tailwindcss(), firstPaint()],
  resolve: { conditions: ["daybook-source", "module", "browser", "import", "default"] },
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // The first browsers with CSS light-dark(), which the themes are made of.
    target: ["chrome123", "edge123", "firefox120", "safari17.5"],
    // The content security policy allows no data: fonts, and an inlined asset is in no cache.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // In kB before compression; what counts is gzip, of which the first script is to take less than 235 KiB.
    chunkSizeWarningLimit: 750,
  },
});
