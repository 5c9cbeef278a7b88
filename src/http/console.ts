import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { DaybookError } from "../errors.ts";
import { isConsolePage } from "./console-pages.ts";
import type { Env } from "./env.ts";

interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** As the build compressed it. A font has none: it is compressed by itself. */
  readonly gzip: Uint8Array<ArrayBuffer> | undefined;
  readonly type: string;
  /** Its name carries the hash of its content. */
  readonly immutable: boolean;
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};

/** What `scripts/compress.mjs` appends to the name of a file for its compressed form. */
const COMPRESSED = ".gz";

/** The page that checks an export by itself; it is in one file, whose own policy allows its script and style by their hashes. */
const VERIFY_PAGE = "/verify";
const VERIFY_FILE = "/verify.html";

/** What the verification page says of itself, as a header: no network, nothing but what is in it. */
export function verifyPagePolicy(directory: string): string | undefined {
  const path = join(directory, VERIFY_FILE);
  if (!existsSync(path)) return undefined;
  return /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(readFileSync(path, "utf8"))?.[1];
}

export function isVerifyPage(path: string): boolean {
  return path === VERIFY_PAGE || path === VERIFY_FILE;
}

/** The console's built files, held in memory, and its pages. */
export function consoleRoutes(app: OpenAPIHono<Env>, directory: string): void {
  const assets = load(directory);
  const page = assets.get("/index.html");
  if (!page) throw new Error(`The console is not built: ${directory} holds no index.html.`);
  app.get("*", (c) => {
    const { path } = c.req;
    const asset = assets.get(path === VERIFY_PAGE ? VERIFY_FILE : path) ?? (isConsolePage(path) ? page : undefined);
    if (asset !== undefined) return answer(c, asset, 200);
    // A person who opens a mistyped address in a browser sees the console's own page about that. No program sends this header.
    if (c.req.header("sec-fetch-dest") === "document" && extname(path) === "" && !path.startsWith("/v1/"))
      return answer(c, page, 404);
    throw new DaybookError("not_found", "Nothing was found at this address.");
  });
}

function answer(c: Context<Env>, asset: Asset, status: 200 | 404): Response {
  const gzip = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "") ? asset.gzip : undefined;
  c.header("content-type", asset.type);
  c.header("cache-control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  c.header("vary", status === 404 ? "accept-encoding, sec-fetch-dest" : "accept-encoding");
  if (gzip !== undefined) c.header("content-encoding", "gzip");
  return c.body(gzip ?? asset.bytes, status);
}

function load(directory: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const file of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || extname(file.name) === COMPRESSED) continue;
    const path = join(file.parentPath, file.name);
    const address = `/${relative(directory, path).split(sep).join("/")}`;
    const compressed = `${path}${COMPRESSED}`;
    assets.set(address, {
      bytes: new Uint8Array(readFileSync(path)),
      gzip: existsSync(compressed) ? new Uint8Array(readFileSync(compressed)) : undefined,
      type: TYPES[extname(path)] ?? "application/octet-stream",
      immutable: address.startsWith("/assets/"),
    });
  }
  return assets;
}
