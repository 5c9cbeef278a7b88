/** The first event of an application, as its developer sends it. */

export function curlSnippet(origin: string): string {
  return `curl ${origin}/v1/events \\
  -H "Authorization: Bearer $DAYBOOK_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "action": "auth.login",
    "actor": { "type": "user", "id": "usr_1", "role": "admin" },
    "resource": { "type": "user", "id": "usr_1" },
    "description": "Signed in"
  }'`;
}

export function sdkSnippet(origin: string): string {
  return `import { createClient } from "@daybook/sdk";

const daybook = createClient({ url: "${origin}", key: process.env.DAYBOOK_KEY ?? "" });

daybook.record({
  action: "auth.login",
  actor: { type: "user", id: "usr_1", role: "admin" },
  resource: { type: "user", id: "usr_1" },
  description: "Signed in",
});
// Before the program ends: delivers what was recorded.
await daybook.close();`;
}
