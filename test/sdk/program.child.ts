import { createClient } from "@daybook/sdk";

// A small program that records one event and ends as its second argument says; run as a child process by the tests.
const [url = "", ending] = process.argv.slice(2);
const client = createClient({ url, key: "dbk_test_secret", flushIntervalMs: 3_600_000 });
client.record({ action: "auth.login", actor: { type: "user", id: "u1" }, resource: { type: "user", id: "u1" } });
if (ending === "close") await client.close();
if (ending === "flush") await client.flush();
