import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { addressesOf, listen } from "../../src/listen.ts";
import type { Console } from "./console.ts";
import { CONSOLE_PAGE, underPolicy } from "./console-page.ts";
import { forward } from "./forward.ts";
import type { Outcome } from "./messages.ts";

/** What is behind the one address. */
interface Behind {
  readonly console: Console;
  readonly ready: () => Promise<Outcome>;
}

/** Headers of one connection; the other has its own. */
const HOP_BY_HOP = ["connection", "keep-alive", "transfer-encoding"];

/** The one address: Vite answers for the console's files, the server for everything else. */
export class Front {
  readonly port: number;
  /** Where Vite attaches its web socket. */
  readonly server: Server;
  /** Until this is called, requests wait. */
  readonly open: (behind: Behind) => void;
  private readonly servers: readonly Server[];

  private constructor(servers: readonly [Server, ...Server[]], port: number) {
    this.servers = servers;
    this.server = servers[0];
    this.port = port;
    let open: (behind: Behind) => void = () => undefined;
    const opened = new Promise<Behind>((resolve) => {
      open = resolve;
    });
    this.open = open;
    for (const server of servers) {
      server.on("request", async (request, response) => answer(request, response, await opened));
      if (server !== this.server) server.on("upgrade", (...upgrade) => this.server.emit("upgrade", ...upgrade));
    }
  }

  /** @throws Error with one clear line when the port cannot be listened on. */
  static async listen(host: string, wanted: number): Promise<Front> {
    const [address, ...others] = await addressesOf(host);
    const first = createServer();
    const port = await listen(first, address, { host, port: wanted });
    const servers: [Server, ...Server[]] = [first];
    try {
      for (const other of others) {
        const server = createServer();
        await listen(server, other, { host, port });
        servers.push(server);
      }
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
    return new Front(servers, port);
  }

  close(): void {
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, { console, ready }: Behind): Promise<void> {
  if (console.answers(request)) return console.handle(request, response);
  try {
    const reason = await forward(request, response, ready, (sent, to) => sendOn(sent, to, request, console));
    if (reason !== undefined) refuse(response, `The server does not run: ${reason}`, request.headers.accept ?? "");
  } catch (error) {
    if (response.headersSent) response.destroy();
    else refuse(response, `The server ended before it answered: ${error instanceof Error ? error.message : error}`);
  }
}

async function sendOn(
  sent: IncomingMessage,
  response: ServerResponse,
  request: IncomingMessage,
  console: Console,
): Promise<void> {
  const headers = { ...sent.headers };
  for (const name of HOP_BY_HOP) delete headers[name];
  if (sent.headers["content-type"]?.startsWith("text/html")) {
    let body = await text(sent);
    const isConsole = body === CONSOLE_PAGE;
    if (isConsole) {
      const policy = String(headers["content-security-policy"]);
      const page = underPolicy(await console.page(request.url ?? "/"), policy, request.headers.host ?? "");
      headers["content-security-policy"] = page.policy;
      body = page.html;
    }
    delete headers["content-length"];
    response.writeHead(sent.statusCode ?? 502, headers).end(body);
    return;
  }
  response.writeHead(sent.statusCode ?? 502, headers);
  // A stream of events may be silent for long: its head must not wait for the first one.
  response.flushHeaders();
  await pipeline(sent, response);
}

/** @param accept of a browser that opens a page: it gets one that Vite reloads once the server runs. */
function refuse(response: ServerResponse, reason: string, accept = ""): void {
  const isPage = accept.includes("text/html");
  const escaped = reason.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const body = isPage
    ? `<!doctype html><title>Daybook does not run</title><script type="module" src="/@vite/client"></script><pre>${escaped}</pre>\n`
    : `${reason}\n`;
  response
    .writeHead(503, { "content-type": `text/${isPage ? "html" : "plain"}; charset=utf-8`, "cache-control": "no-store" })
    .end(body);
}
