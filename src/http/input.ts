import type { Context } from "hono";
import type { z } from "zod";
import { parseInput } from "../identity/index.ts";
import { decodeUtf8, parseJson, readBody } from "./body.ts";
import type { Env } from "./env.ts";
import { requireJson } from "./media-type.ts";

/** Bodies that are not events: settings, credentials. */
const INPUT_BYTES_MAX = 64 * 1024;

/** @throws DaybookError `unsupported_media_type`, `too_large`, `invalid_encoding`, `invalid_utf8`, `invalid_json` */
export async function readJson(c: Context<Env>): Promise<unknown> {
  requireJson(c.req.header("content-type"));
  return parseJson(decodeUtf8(await readBody(c.env.incoming, { bytesMax: INPUT_BYTES_MAX })));
}

/** @throws DaybookError as `readJson`, and `invalid_input` with every fault at once. */
export async function readInput<T>(c: Context<Env>, schema: z.ZodType<T>): Promise<T> {
  return parseInput(schema, await readJson(c));
}
