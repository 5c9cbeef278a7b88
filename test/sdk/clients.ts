import { type Client, type ClientOptions, createClient, type EventInput, type Problem } from "@daybook/sdk";
import { afterEach, beforeEach } from "vitest";
import { type ContractServer, startContractServer } from "./contract-server.ts";

export const KEY = "dbk_test_secret";
export let server: ContractServer;
export let problems: Problem[];
const clients: Client[] = [];

/** Each test has a server that keeps to the contract. */
export function withContractServer(): void {
  beforeEach(async () => {
    server = await startContractServer();
    problems = [];
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close({ timeoutMs: 0 })));
    await server.close();
  });
}

/** A client that only sends when asked to, unless options say otherwise. */
export function connect(options: Partial<ClientOptions> = {}): Client {
  const client = createClient({
    url: server.url,
    key: KEY,
    flushIntervalMs: 3_600_000,
    onProblem: (found) => problems.push(found),
    ...options,
  });
  clients.push(client);
  return client;
}

export function event(description = "Changed the plan."): EventInput {
  return { action: "db.update", actor: { type: "user", id: "u1" }, resource: { type: "plan", id: "p1" }, description };
}

export const descriptions = () => server.stored.map(({ description }) => description);
export const numbered = (count: number) => Array.from({ length: count }, (_, index) => `event ${index}`);
export const reasons = () => problems.map(({ reason, error }) => `${reason} ${error.code}`);
