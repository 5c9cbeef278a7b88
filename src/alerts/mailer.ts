import { createTransport, type Transporter } from "nodemailer";
import { DeliveryError } from "../streams/index.ts";
import type { Mail } from "./messages.ts";

const TIMEOUT_MS = 30_000;

/** Sends plain text by the operator's SMTP server. */
export class Mailer {
  private readonly transport: Transporter;
  private readonly from: string;

  /** @param url `smtp://` or `smtps://`, with user and password where the server needs them. */
  constructor({ url, from }: { readonly url: string; readonly from: string }) {
    this.from = from;
    this.transport = createTransport({
      ...serverOf(new URL(url)),
      pool: true,
      maxConnections: 1,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      // The text is partly from callers: it must not be able to name a file or an address to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /**
   * Resolves once the server has taken it for every address. Each address gets a message of its own: nobody sees the others.
   * @param id the same whenever it is sent again. @throws DeliveryError `refused` if another try would not help.
   */
  async send(addresses: readonly string[], { subject, text }: Mail, id: string): Promise<void> {
    for (const [number, to] of addresses.entries()) {
      const messageId = `<${id}.${number}@daybook>`;
      try {
        await this.transport.sendMail({ from: this.from, to, subject, text, messageId });
      } catch (error) {
        throw deliveryError(error);
      }
    }
  }

  close(): void {
    this.transport.close();
  }
}

/** By `smtp:` the connection is secured with STARTTLS where the server offers it, by `smtps:` from the beginning. */
function serverOf({ protocol, hostname, port, username, password }: URL) {
  const secure = protocol === "smtps:";
  return {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username !== "" && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  };
}

/** RFC 5321 §4.2.1: 5yz is for ever. The server's answer is shown, without what was sent. */
function deliveryError(error: unknown): DeliveryError {
  const code = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0;
  const said = error instanceof Error && "response" in error ? String(error.response).slice(0, 200) : "";
  const reason = error instanceof Error ? error.message.slice(0, 200) : String(error);
  if (code >= 500) return new DeliveryError("refused", `The mail server answered ${said}`, { cause: error });
  return new DeliveryError("unavailable", `The mail server could not take the e-mail: ${reason}`, { cause: error });
}
