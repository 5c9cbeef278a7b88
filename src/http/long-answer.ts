import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Logger } from "../logger.ts";
import type { Env } from "./env.ts";

/** An answer up to this length is sent whole; of a longer one, what follows is made as its reader takes it. */
const WHOLE_MAX = 1024 * 1024;

/**
 * A JSON answer that can be long. Nothing is sent before the first megabyte was made, so that a failure is still reported as one; after that
 * the answer breaks off.
 */
export async function longAnswer(
  c: Context<Env>,
  status: ContentfulStatusCode,
  texts: AsyncGenerator<string>,
  logger: Logger,
): Promise<Response> {
  let begun = "";
  let ended = false;
  while (!ended && begun.length < WHOLE_MAX) {
    const { done, value } = await texts.next();
    if (done) ended = true;
    else begun += value;
  }
  const headers = { "content-type": "application/json" };
  if (ended) return c.body(begun, status, headers);
  const rest = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          if (begun !== "") {
            controller.enqueue(Buffer.from(begun, "utf8"));
            begun = "";
            return;
          }
          const { done, value } = await texts.next();
          if (!done) return controller.enqueue(Buffer.from(value, "utf8"));
        } catch (error) {
          logger.warn("an answer broke off", { request_id: c.get("requestId"), error });
          c.env.outgoing.destroy();
        }
        controller.close();
      },
      async cancel() {
        await texts.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return c.body(rest, status, headers);
}
