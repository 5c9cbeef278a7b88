import { readFileSync } from "node:fs";
import type { HtmlTagDescriptor, Plugin } from "vite";

/** Faces that the first screen is set in; the others load when a text needs them. */
const PRELOADED_FONT = /geist(-mono)?-latin-wght-normal.*\.woff2$/;
const THEME_SCRIPT = /theme.*\.js$/;

/**
 * What has to be there before the first paint, so that nothing flashes or shifts: the chosen theme (a blocking script of its own,
 * because the content security policy allows no inline one) and the typefaces.
 */
export function firstPaint(): Plugin[] {
  return [built(), served()];
}

/** In development, the script is its source; typefaces load when they are needed. */
function served(): Plugin {
  return {
    name: "daybook:first-paint-in-development",
    apply: "serve",
    transformIndexHtml: () => [
      { tag: "script", attrs: { src: "/src/theme/first-paint.js" }, injectTo: "head-prepend" },
    ],
  };
}

function built(): Plugin {
  const source = readFileSync(new URL("./src/theme/first-paint.js", import.meta.url), "utf8");
  return {
    name: "daybook:first-paint",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "asset", name: "theme.js", source });
    },
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle = {} }) {
        const assets = Object.values(bundle).filter((file) => file.type === "asset");
        const named = (name: RegExp) => assets.map(({ fileName }) => fileName).filter((file) => name.test(file));
        const script = (file: string): HtmlTagDescriptor => ({
          tag: "script",
          attrs: { src: `/${file}` },
          injectTo: "head-prepend",
        });
        const font = (file: string): HtmlTagDescriptor => ({
          tag: "link",
          attrs: { rel: "preload", href: `/${file}`, as: "font", type: "font/woff2", crossorigin: true },
          injectTo: "head",
        });
        return [...named(THEME_SCRIPT).map(script), ...named(PRELOADED_FONT).map(font)];
      },
    },
  };
}
