import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** An e-mail as the server took it. */
interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header lines and text, decoded. */
  readonly text: string;
}

/** A real SMTP server that takes what alerts send, or refuses it as a test wants. */
export class MailServer {
  readonly taken: TakenMail[] = [];
  readonly url: string;
  /** What it says to the next recipients; undefined: yes. */
  refusal: { readonly code: number; readonly message: string } | undefined;
  private readonly server: SMTPServer;
  private readonly waiting = new Set<() => void>();

  private constructor(
    server: SMTPServer,
    take: { from?: (mail: TakenMail) => void; refused?: () => Error | undefined },
  ) {
    this.server = server;
    const { port } = server.server.address() as AddressInfo;
    this.url = `smtp://daybook:s%40cret@127.0.0.1:${port}`;
    take.refused = () => {
      this.wake();
      return this.refusal && Object.assign(new Error(this.refusal.message), { responseCode: this.refusal.code });
    };
    take.from = (mail) => {
      this.taken.push(mail);
      this.wake();
    };
  }

  static async start(): Promise<MailServer> {
    const take: { from?: (mail: TakenMail) => void; refused?: () => Error | undefined } = {};
    const server = new SMTPServer({
      disabledCommands: ["STARTTLS"],
      authMethods: ["PLAIN", "LOGIN"],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _, done) =>
        username === "daybook" && password === "s@cret"
          ? done(null, { user: username })
          : done(new Error("wrong password")),
      onRcptTo: (_address, _session, done) => done(take.refused?.()),
      async onData(stream, { envelope }, done) {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        take.from?.({ from, to, text: decoded(Buffer.concat(chunks).toString("utf8")) });
        done();
      },
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new MailServer(server, take);
  }

  /** Resolves once this holds: it is asked again with each recipient and each e-mail. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.waiting.add(resolve);
      });
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private wake(): void {
    for (const go of [...this.waiting]) {
      this.waiting.delete(go);
      go();
    }
  }
}

/** Quoted-printable, as nodemailer writes long lines. */
function decoded(text: string): string {
  return text
    .replaceAll("=\r\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
