/** Events of every badge family, of one actor: what the page is walked on. */

export const USER_ID = "9f1c7a52-6f0e-4b1d-8a77-3c2e5d1f0b64";
export const RESOURCE_ID = "kb_0b9e4c1d7f6a4e2f9c3d";
export const AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
export const DAY_MS = 86_400_000;
const NOW = Date.now();

export const ago = (milliseconds: number) => new Date(NOW - milliseconds).toISOString();
export const context = { ip: "2001:db8:1111:2222:3333:4444:5555:6666", user_agent: AGENT };
const actor = { type: "user", id: USER_ID, name: "Grace Hopper", role: "admin" };

/** The events as JSON text, so that integer-like keys keep the order an object literal would not. */
export function sampleText(): string {
  const resource = { type: "knowledge", id: RESOURCE_ID, name: "Refund policy" };
  const events = [
    {
      action: "knowledge.update",
      actor,
      resource,
      context,
      timestamp: ago(60_000),
      description: "Changed the refund period to 30 days",
      changes: [{ path: "refund_days", before: 14, after: 30 }],
      metadata: { marked: true },
    },
    {
      action: "auth.login",
      actor,
      resource: { type: "session" },
      outcome: "failure",
      timestamp: ago(120_000),
      description: "Entered a wrong password",
      context: { ip: "203.0.113.66" },
    },
    {
      action: "api_key.delete",
      actor,
      resource: { type: "api_key", id: "key_1" },
      timestamp: ago(180_000),
      description: "Revoked the key CI",
    },
    {
      action: "message.send",
      actor,
      resource: { type: "message", id: "msg_1" },
      timestamp: ago(240_000),
      description: "Sent a message",
    },
    {
      action: "channel.connect",
      actor,
      resource: { type: "channel", id: "chan_1" },
      timestamp: ago(300_000),
      description: "Connected Slack",
    },
    {
      action: "db.update",
      actor,
      resource: { type: "db", id: "db_1" },
      timestamp: ago(360_000),
      description: "Changed 3 rows",
      metadata: { before: { rows: 1 }, after: { rows: 3 } },
    },
    {
      action: "billing.update",
      actor,
      resource: { type: "plan", id: "plan_1" },
      timestamp: ago(420_000),
      description: "Moved to another plan",
    },
    {
      action: "db.delete",
      actor,
      resource: { type: "db", id: "db_0" },
      timestamp: ago(45 * DAY_MS),
      description: "Dropped a table long ago",
    },
    ...Array.from({ length: 120 }, (_, at) => ({
      action: "channel.create",
      actor,
      resource: { type: "channel", id: `chan_${at + 100}` },
      timestamp: ago(DAY_MS + at * 1000),
      description: `Created channel number ${at}`,
    })),
  ];
  return JSON.stringify(events).replace('{"marked":true}', '{"2":"two","1":"one","nested":{"list":[1,null]}}');
}
