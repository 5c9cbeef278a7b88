import { prefixedId } from "../identifiers.ts";
import type { Activity, Scene } from "../scene.ts";
import { CHANNEL_KINDS, CHANNEL_NAMES, MESSAGE_SUBJECTS } from "../vocabulary.ts";

export function createChannel({ organization, random }: Scene): Activity {
  const channel = {
    id: prefixedId("chan", random),
    name: `${random.pick(CHANNEL_NAMES)} ${random.pick(["pilot", "backup", "weekend"])}`,
    kind: random.pick(CHANNEL_KINDS),
  };
  organization.channels[random.below(organization.channels.length)] = channel;
  return {
    action: "channel.create",
    resource: { type: "channel", id: channel.id, name: channel.name },
    description: `Created the ${label(channel.kind)} channel “${channel.name}”.`,
    metadata: { kind: channel.kind, routing: { queue: random.pick(["default", "priority"]), languages: ["en"] } },
  };
}

export function connectChannel({ organization, random }: Scene): Activity {
  const channel = random.pick(organization.channels);
  const failed = random.chance(0.08);
  return {
    action: "channel.connect",
    ...(failed ? { outcome: "failure" as const } : {}),
    resource: { type: "channel", id: channel.id, name: channel.name },
    description: failed
      ? `Could not connect “${channel.name}” to ${label(channel.kind)}: the provider refused the credentials.`
      : `Connected “${channel.name}” to ${label(channel.kind)}.`,
    changes: [{ path: "status", before: "disconnected", after: failed ? "error" : "connected" }],
    metadata: { kind: channel.kind, provider: { latency_ms: random.between(40, 900), attempt: random.between(1, 3) } },
  };
}

export function disconnectChannel({ organization, random }: Scene): Activity {
  const channel = random.pick(organization.channels);
  return {
    action: "channel.disconnect",
    resource: { type: "channel", id: channel.id, name: channel.name },
    description: `Disconnected “${channel.name}” from ${label(channel.kind)}.`,
    changes: [{ path: "status", before: "connected", after: "disconnected" }],
    metadata: { kind: channel.kind, reason: random.pick(["maintenance", "credentials rotated", "replaced"]) },
  };
}

export function deleteChannel({ organization, random }: Scene): Activity {
  const channel = random.pick(organization.channels);
  return {
    action: "channel.delete",
    resource: { type: "channel", id: channel.id, name: channel.name },
    description: `Deleted the channel “${channel.name}”.`,
    metadata: { kind: channel.kind, open_conversations: random.below(4) },
  };
}

export function sendMessage({ organization, random }: Scene): Activity {
  const channel = random.pick(organization.channels);
  const recipients = random.chance(0.9) ? 1 : random.between(20, 4000);
  const failed = random.chance(0.02);
  return {
    action: "message.send",
    ...(failed ? { outcome: "failure" as const } : {}),
    resource: { type: "message", id: prefixedId("msg", random) },
    targets: [{ type: "channel", id: channel.id, name: channel.name }],
    description: `${failed ? "Could not send" : "Sent"} a message about ${random.pick(MESSAGE_SUBJECTS)} through “${channel.name}” to ${recipients === 1 ? "one recipient" : `${recipients} recipients`}.`,
    metadata: {
      channel: { id: channel.id, kind: channel.kind },
      recipients,
      size_bytes: random.between(120, 6_000),
      ...(failed ? { error: { code: "provider_timeout", attempts: 3 } } : {}),
    },
  };
}

function label(kind: string): string {
  return kind.replace("_", " ");
}
