import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { openCore } from "../app.ts";
import { type Config, dataPaths } from "../config.ts";
import { DaybookError, ERRORS, type ErrorCode } from "../errors.ts";
import { type OperatorCommand, runOperatorCommand } from "../identity/operator.ts";
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
  const { run } = dataPaths(dataDir);
  mkdirSync(run, { recursive: true, mode: 0o700 });
  writeFileSync(join(run, "server.json"), `${JSON.stringify(server)}\n`, { mode: 0o600 });
}

export function withdraw(dataDir: string): void {
  rmSync(join(dataPaths(dataDir).run, "server.json"), { force: true });
}

/** Runs a command through the server when one runs on the data directory, else on the directory itself. */
export async function operate(config: Config, command: OperatorCommand, logger: Logger): Promise<unknown> {
  const server = readAnnouncement(config.dataDir);
  const answer = server && (await ask(server, command));
  if (answer) return answer.value;
  const core = await openCore(config, logger);
  try {
    await core.identity.deliverPending();
    return await runOperatorCommand(core.identity, command, {
      ip: undefined,
      userAgent: undefined,
      requestId: core.newRequestId(),
    });
  } finally {
    await core.close();
  }
}

function readAnnouncement(dataDir: string): Running | undefined {
  try {
    return running.parse(JSON.parse(readFileSync(join(dataPaths(dataDir).run, "server.json"), "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** @returns undefined when nothing listens there any more: the file is left over from a server that was killed. */
async function ask(server: Running, command: OperatorCommand): Promise<{ value: unknown } | undefined> {
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
  if (response.ok) return { value: body };
  const told = problem.safeParse(body);
  // Something else has taken the port since: then nobody holds this directory.
  if (!told.success) return undefined;
  const { code, detail, errors } = told.data;
  throw new DaybookError(code, detail, { errors });
}
