import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { uuidv7 } from "@daybook/sdk";
import { z } from "zod";
import { configuredUrl, openCore } from "../app.ts";
import { type Config, dataPaths } from "../config.ts";
import { DaybookError, ERRORS, type ErrorCode } from "../errors.ts";
import { type OperatorCommand, runOperator } from "../http/operator.ts";
import { LogLocked } from "../log/errors.ts";
import type { Logger } from "../logger.ts";

const running = z.object({ url: z.url(), token: z.string(), pid: z.number() });
const problem = z.object({
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).default([]),
});

type Running = z.infer<typeof running>;

/** Lets commands on this data directory reach the server while it runs. Readable by its owner alone. */
export function announce(dataDir: string, server: Running): void {
  const path = announcement(dataDir);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.tmp`;
  // Removed first: the mode is given to a file only as it is made.
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, `${JSON.stringify(server)}\n`, { mode: 0o600 });
  renameSync(unfinished, path);
}

export function withdraw(dataDir: string): void {
  rmSync(announcement(dataDir), { force: true });
}

function announcement(dataDir: string): string {
  return join(dataPaths(dataDir).run, "server.json");
}

/** Runs a command through the server when one runs on the data directory, else on the directory itself. */
export async function operate(config: Config, command: OperatorCommand, logger: Logger): Promise<unknown> {
  const server = readAnnouncement(config.dataDir);
  const answer = server && (await ask(server, command));
  if (answer && !("refusal" in answer)) return answer.value;
  try {
    return await operateAlone(config, command, logger);
  } catch (error) {
    // The directory is in use: then it was its server that answered.
    if (error instanceof LogLocked && answer) throw answer.refusal;
    throw error;
  }
}

async function operateAlone(config: Config, command: OperatorCommand, logger: Logger): Promise<unknown> {
  const core = await openCore(config, logger);
  try {
    await core.identity.deliverPending();
    const origin = { ip: undefined, userAgent: undefined, requestId: uuidv7() };
    return await runOperator(core, command, { origin, publicUrl: configuredUrl(config) });
  } finally {
    await core.close();
  }
}

/** @returns undefined when no server was announced, or what announces it was cut off as it was written. */
function readAnnouncement(dataDir: string): Running | undefined {
  let text: string;
  try {
    text = readFileSync(announcement(dataDir), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return running.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * @returns undefined when no server answers there any more: the announcement is left over from one that was killed. A refusal may
 * be that of another Daybook which has taken the port since and does not know the token.
 */
async function ask(
  server: Running,
  command: OperatorCommand,
): Promise<{ value: unknown } | { refusal: DaybookError } | undefined> {
  let response: Response;
  try {
    response = await fetch(new URL("/operator", server.url), {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      body: JSON.stringify(command),
    });
  } catch {
    return undefined;
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body === undefined ? undefined : { value: body };
  const told = problem.safeParse(body);
  if (!told.success) return undefined;
  const { code, detail, errors } = told.data;
  const refusal = new DaybookError(code, detail, { errors });
  if (code === "not_found") return { refusal };
  throw refusal;
}
