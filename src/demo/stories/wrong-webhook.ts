import { prefixedId } from "../identifiers.ts";
import type { Random } from "../random.ts";
import { type Activity, type DemoEvent, personActor, programActor, toEvent } from "../scene.ts";
import type { Organization } from "../world.ts";
import type { Clock } from "./clock.ts";

const DAYS_AGO = 5;
const RIGHT_URL = "https://hooks.northwind.example/orders";
const WRONG_URL = "https://hooks.staging.northwind.example/orders";
const FAILED_MESSAGES = 46;

/** A channel is connected to the staging address; messages fail until somebody compares before and after. */
export function wrongWebhook(organization: Organization, clock: Clock, random: Random): DemoEvent[] {
  const channel =
    organization.channels.find(({ name }) => name === "Order updates") ?? random.pick(organization.channels);
  const resource = { type: "channel", id: channel.id, name: channel.name };
  const [worker] = organization.programs.filter(({ name }) => name === "notification-worker");
  const author = organization.people.find(({ role }) => role === "support") ?? random.pick(organization.people);
  const fixer = organization.people.find(({ role }) => role === "developer") ?? random.pick(organization.people);
  const by = (person: typeof author, atMs: number, activity: Activity): DemoEvent =>
    toEvent(
      { organization, random, atMs },
      personActor(person),
      { ip: person.site.officeIp, user_agent: person.desktop, request_id: prefixedId("req", random) },
      activity,
    );
  const connect = (before: string, after: string): Activity => ({
    action: "channel.connect",
    resource,
    description: `Connected “${channel.name}” to another address.`,
    changes: [{ path: "webhook.url", before, after }],
    metadata: {
      before: { webhook: { url: before, verify_tls: true } },
      after: { webhook: { url: after, verify_tls: true } },
    },
  });
  const failures = Array.from({ length: worker === undefined ? 0 : FAILED_MESSAGES }, (_, index) => {
    const atMs = clock(DAYS_AGO, 14, 20) + Math.floor((index + random.float()) * 1_400_000);
    return toEvent(
      { organization, random, atMs },
      worker === undefined ? { type: "service" } : programActor(worker),
      { request_id: prefixedId("req", random) },
      {
        action: "message.send",
        outcome: "failure",
        resource: { type: "message", id: prefixedId("msg", random) },
        targets: [resource],
        description: `Could not send an order update through “${channel.name}”: the address answered 404.`,
        metadata: { channel: { id: channel.id, kind: channel.kind }, error: { code: "webhook_404", attempts: 5 } },
      },
    );
  });
  return [
    by(author, clock(DAYS_AGO, 14, 12, 9), connect(RIGHT_URL, WRONG_URL)),
    ...failures,
    by(fixer, clock(DAYS_AGO - 1, 8, 55, 40), {
      action: "channel.disconnect",
      resource,
      description: `Disconnected “${channel.name}”: messages were going to the staging address.`,
      changes: [{ path: "status", before: "connected", after: "disconnected" }],
      metadata: { incident: "OPS-873", failed_messages: failures.length },
    }),
    by(fixer, clock(DAYS_AGO - 1, 9, 1, 2), connect(WRONG_URL, RIGHT_URL)),
  ];
}
