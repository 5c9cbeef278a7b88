import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { retryAfterMs } from "@daybook/sdk";
import { CLOCK, type Clock, within } from "../clock.ts";
import { errorCode } from "../log/index.ts";
import { DeliveryError } from "./contract.ts";
import type { Destinations } from "./destinations.ts";

/** How long a receiver has to answer. */
const ANSWER_MS_MAX = 30_000;
/** At most so much of an answer is read: enough for one line about each record of a batch. */
const ANSWER_BYTES_MAX = 1024 * 1024;
/** How much of an answer the stream's owner sees. */
const QUOTED_LENGTH = 200;

const compress = promisify(gzip);

export interface Posting {
  readonly method?: "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly gzip?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Sends requests to one receiver over its own connections. It does not follow redirects, because each destination must be checked. */
export class HttpSender {
  private readonly destinations: Destinations;
  private readonly answerMsMax: number;
  private readonly clock: Clock;
  private readonly agents = [new HttpAgent({ keepAlive: true }), new HttpsAgent({ keepAlive: true })] as const;

  /** @param answerMsMax how long a receiver has to answer. Default: 30 seconds. */
  constructor(destinations: Destinations, answerMsMax: number = ANSWER_MS_MAX, clock: Clock = CLOCK) {
    this.destinations = destinations;
    this.answerMsMax = answerMsMax;
    this.clock = clock;
  }

  /** The answer, whatever its status. @throws DeliveryError `unavailable` when there is none. */
  async send(posting: Posting, signal: AbortSignal): Promise<Answer> {
    const body = posting.gzip === true ? await compress(posting.body) : Buffer.from(posting.body);
    const headers = {
      "user-agent": "Daybook",
      ...posting.headers,
      ...(posting.gzip === true ? { "content-encoding": "gzip" } : {}),
      "content-length": body.length,
    };
    const url = new URL(posting.url);
    this.destinations.requireHost(url.hostname);
    const isHttps = url.protocol === "https:";
    const options = {
      method: posting.method ?? "POST",
      headers,
      agent: this.agents[isHttps ? 1 : 0],
      lookup: this.destinations.lookup,
    };
    const answered = (limited: AbortSignal) =>
      new Promise<Answer>((resolve, reject) => {
        const ask = isHttps ? httpsRequest : httpRequest;
        const request = ask(url, { ...options, signal: limited }, (response) =>
          readAnswer(response).then(resolve, reject),
        );
        request.on("error", (error) => {
          // A kept connection that the receiver closed just now: nothing is wrong, and another one is opened.
          if (request.reusedSocket && errorCode(error) === "ECONNRESET") resolve(this.send(posting, signal));
          else reject(error);
        });
        request.end(body);
      });
    try {
      return await within(this.clock, this.answerMsMax, signal, answered);
    } catch (error) {
      signal.throwIfAborted();
      throw asDeliveryError(error, url, this.answerMsMax);
    }
  }

  /** The answer of a receiver that accepted the request. @throws DeliveryError */
  async deliver(posting: Posting, signal: AbortSignal): Promise<Answer> {
    const answer = await this.send(posting, signal);
    requireAccepted(answer);
    return answer;
  }

  close(): void {
    for (const agent of this.agents) agent.destroy();
  }
}

/** @throws DeliveryError when it is not an acknowledgement. */
export function requireAccepted(answer: Answer): void {
  if (answer.status < 200 || answer.status > 299) throw failureOf(answer, Date.now());
}

/** Why an answer is not an acknowledgement. @param nowMs the wall clock, for a date in `Retry-After`. */
export function failureOf({ status, headers, body }: Answer, nowMs: number): DeliveryError {
  const quoted = body.slice(0, QUOTED_LENGTH).replaceAll(/\s+/g, " ").trim();
  const message = `The receiver answered ${status}${quoted === "" ? "" : `: ${quoted}`}`;
  if (status >= 300 && status < 400) {
    return new DeliveryError("unavailable", `The receiver answered ${status}. Redirects are not followed.`);
  }
  if (status === 410) return new DeliveryError("gone", message);
  if (status === 400 || status === 413 || status === 422) return new DeliveryError("refused", message);
  return new DeliveryError("unavailable", message, { retryAfterMs: retryAfterMs(headers["retry-after"], nowMs) });
}

/** Rejects if the answer ends too early, or is longer than a sink can use. */
async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new DeliveryError("unavailable", "The receiver's answer is longer than 1 MiB.");
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString("utf8") };
}

function asDeliveryError(error: unknown, { hostname }: URL, answerMsMax: number): DeliveryError {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DeliveryError) return cause;
  }
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError")) {
    return new DeliveryError("unavailable", `${hostname} did not answer within ${answerMsMax / 1000} seconds.`);
  }
  const reason = error instanceof Error ? error.message || error.name : String(error);
  return new DeliveryError("unavailable", `${hostname} cannot be reached: ${reason}`, { cause: error });
}
