import { z } from "zod";
import type { Config } from "../config.ts";
import { DaybookError, ERRORS, type ErrorCode } from "../errors.ts";
import { LogLocked } from "../log/index.ts";
import type { Logger } from "../logger.ts";
import type { OperatorCommand } from "../operator.ts";
import { type Running, readAnnouncement } from "./announcement.ts";

const problem = z.object({
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).default([]),
});

/** Runs a command through the server when one runs on the data directory, else on the directory itself. */
export async function operate(config: Config, command: OperatorCommand, logger: Logger): Promise<unknown> {
  const server = readAnnouncement(config.dataDir);
  const answer = server && (await ask(server, command));
  if (answer && !("refusal" in answer)) return answer.value;
  try {
    // Loaded only here: beside a running server, a command is there at once.
    const { operateAlone } = await import("./operate-alone.ts");
    return await operateAlone(config, command, logger);
  } catch (error) {
    // The directory is in use: then it was its server that answered.
    if (error instanceof LogLocked && answer) throw answer.refusal;
    throw error;
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
  const parsed = problem.safeParse(body);
  if (!parsed.success) return undefined;
  const { code, detail, errors } = parsed.data;
  const refusal = new DaybookError(code, detail, { errors });
  if (code === "not_found") return { refusal };
  throw refusal;
}
