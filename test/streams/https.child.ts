import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Destinations } from "../../src/streams/destinations.ts";
import { HttpSender } from "../../src/streams/http-sender.ts";
import { CERTIFICATE, KEY } from "./certificate.ts";

/** Sends to an HTTPS receiver by its right and by a wrong name. Prints what became of each. What the process trusts is in its environment. */

let received = 0;
const server = createServer({ key: KEY, cert: CERTIFICATE }, (_, response) => {
  received++;
  response.end();
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
const sender = new HttpSender(new Destinations(["127.0.0.0/8", "::1"]));

async function send(host: string): Promise<string> {
  const posting = { url: `https://${host}:${port}/`, headers: {}, body: "[]" };
  const sent = sender.deliver(posting, AbortSignal.timeout(30_000));
  return sent.then(
    () => "delivered",
    (error: Error) => error.message,
  );
}

const named = await send("localhost");
const misnamed = await send("127.0.0.1");
process.stdout.write(JSON.stringify({ named, misnamed, received }));
sender.close();
server.close();
