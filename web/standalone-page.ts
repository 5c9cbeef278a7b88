import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";

const read = (name: string) => readFileSync(new URL(`./src/verify-page/${name}`, import.meta.url), "utf8");

/**
 * `verify.html`: one file with its script and style inside, so that it works saved to disk. Its policy names the two by their hashes and
 * allows nothing else, no network either.
 */
export function standalonePage(): Plugin {
  return {
    name: "daybook:standalone-page",
    async generateBundle() {
      this.emitFile({ type: "asset", fileName: "verify.html", source: await standaloneSource() });
    },
    // In development it is built for each request, so that it is never an old one.
    configureServer({ middlewares }) {
      middlewares.use(async (request, response, next) => {
        if (!/^\/verify(\.html)?(\?|$)/.test(request.url ?? "")) return next();
        try {
          const source = await standaloneSource();
          response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
          response.end(source);
        } catch (error) {
          next(error);
        }
      });
    },
  };
}

async function standaloneSource(): Promise<string> {
  const script = await scriptOf(fileURLToPath(new URL("./src/verify-page/main.ts", import.meta.url)));
  const style = read("page.css");
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  const parts: Record<string, string> = {
    POLICY: policy,
    STYLE: `<style>${style}</style>`,
    SCRIPT: `<script>${script}</script>`,
  };
  // By a function: a script may hold what a replacement text would mean something else by.
  return read("page.html").replace(/<!--(POLICY|STYLE|SCRIPT)-->/g, (_, part: string) => parts[part] ?? "");
}

async function scriptOf(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "warn",
    resolve: { conditions: ["daybook-source", "module", "browser", "import", "default"] },
    build: {
      write: false,
      target: ["chrome123", "edge123", "firefox120", "safari17.5"],
      modulePreload: false,
      rolldownOptions: { input: entry, output: { format: "iife" } },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const chunk = first && "output" in first ? first.output[0] : undefined;
  if (chunk?.type !== "chunk") throw new Error("the verification page's script was not built");
  // What ends a script in HTML must not be in one.
  return chunk.code.replaceAll("</script", "<\\/script").trim();
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
