import { z } from "zod";
import { DeliveryError } from "../contract.ts";
import { failureOf, type HttpSender } from "../http-sender.ts";
import { parsedAnswer } from "./json-answer.ts";

/** A token is not used for the last minute of its time: the receiver's clock can differ. */
const MARGIN_MS = 60_000;
/** Of a token that does not say how long it is valid (RFC 6749 §5.1 only recommends it). */
const EXPIRES_SECONDS = 600;

interface Client {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | undefined;
}

/** Tokens of the OAuth 2.0 client credentials grant (RFC 6749 §4.4), which clouds ask for. One is used until shortly before it expires. */
export class ClientCredentials {
  private readonly http: HttpSender;
  private readonly client: Client;
  private known: { readonly token: string; readonly until: number } | undefined;

  constructor(http: HttpSender, client: Client) {
    this.http = http;
    this.client = client;
  }

  /** @throws DeliveryError */
  async token(signal: AbortSignal): Promise<string> {
    if (this.known === undefined || this.known.until <= performance.now()) this.known = await this.ask(signal);
    return this.known.token;
  }

  /** The receiver does not accept the token: the next request gets another one. */
  forget(): void {
    this.known = undefined;
  }

  private async ask(signal: AbortSignal): Promise<{ token: string; until: number }> {
    const { tokenUrl: url, clientId, clientSecret, scope } = this.client;
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      ...(scope === undefined ? {} : { scope }),
    }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
    const answer = await this.http.send({ url, headers, body }, signal);
    // Whatever it says is about the token, not about the events.
    if (answer.status !== 200) throw unavailable(failureOf(answer, Date.now()).message);
    const parsed = parsedAnswer(tokenAnswer, answer.body);
    if (parsed === undefined) throw unavailable("The receiver's answer has no bearer token.");
    const validMs = Math.max(MARGIN_MS, parsed.expires_in * 1000 - MARGIN_MS);
    return { token: parsed.access_token, until: performance.now() + validMs };
  }
}

const unavailable = (what: string) => new DeliveryError("unavailable", `No token to send with. ${what}`);

const tokenAnswer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i),
  // Some send it as a string.
  expires_in: z.coerce.number().positive().default(EXPIRES_SECONDS),
});
