import { readFileSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { createServer, type ViteDevServer } from "vite";
import { componentsFirst } from "./components-first.ts";
import { NONCE } from "./console-page.ts";

const ROOT = new URL("../../", import.meta.url);
const WEB = fileURLToPath(new URL("web", ROOT));

/** Vite's own addresses, the console's sources, and the page that the build makes of its own. Everything else is the server's. */
const VITES = /^\/(@|__|src\/|node_modules\/|verify(\.html)?(\?|$))/;

/** The console, by Vite: what changes reaches the browser without a reload. */
export class Console {
  private readonly vite: ViteDevServer;

  private constructor(vite: ViteDevServer) {
    this.vite = vite;
  }

  /** @param server where browsers learn of changes. */
  static async open(server: Server): Promise<Console> {
    const vite = await createServer({
      root: WEB,
      configFile: `${WEB}/vite.config.ts`,
      appType: "custom",
      clearScreen: false,
      html: { cspNonce: NONCE },
      plugins: [componentsFirst()],
      server: {
        middlewareMode: true,
        ws: { server },
        // Not the whole workspace: the data directory can be in it.
        fs: { allow: ["web", "sdk/src", "node_modules"].map((path) => fileURLToPath(new URL(path, ROOT))) },
      },
    });
    return new Console(vite);
  }

  answers({ url = "" }: IncomingMessage): boolean {
    return VITES.test(url);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.vite.middlewares(request, response, () => {
      response
        .writeHead(404, { "content-type": "text/plain; charset=utf-8" })
        .end("Vite found nothing at this address.\n");
    });
  }

  /** The console's page at an address. */
  page(url: string): Promise<string> {
    return this.vite.transformIndexHtml(url, readFileSync(`${WEB}/index.html`, "utf8"));
  }

  /** Calls back for each of the server's sources that changes. */
  watch(onChange: (path: string) => void): void {
    const directories = ["src", "sdk/src"].map((path) => fileURLToPath(new URL(`${path}/`, ROOT)));
    this.vite.watcher.add(directories);
    this.vite.watcher.on("all", (_event, path) => {
      const isSource = directories.some((directory) => path.startsWith(directory));
      if (isSource && path.endsWith(".ts") && !path.endsWith(".test.ts")) onChange(path);
    });
  }

  /** Shows an error over every open page. */
  showError(message: string): void {
    this.vite.ws.send({ type: "error", err: { message, stack: "" } });
  }

  reload(): void {
    this.vite.ws.send({ type: "full-reload" });
  }

  close(): Promise<void> {
    return this.vite.close();
  }
}
