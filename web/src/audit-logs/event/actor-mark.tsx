import type { ActorType } from "@daybook/sdk";
import { Bot, Cog, HatGlasses, KeyRound, type LucideIcon, Server } from "lucide-react";
import { TYPE_NAMES } from "./acting.ts";

const ICONS: Readonly<Record<Exclude<ActorType, "user">, LucideIcon>> = {
  api_key: KeyRound,
  service: Server,
  system: Cog,
  agent: Bot,
  anonymous: HatGlasses,
};

/** What acted, where it was no person: never to be taken for one. By it one filters. */
export function ActorMark({ type }: { type: ActorType }) {
  if (type === "user") return null;
  const Icon = ICONS[type];
  return (
    <span
      data-narrow="actor_type"
      title={TYPE_NAMES[type]}
      className="inline-flex shrink-0 cursor-pointer items-center text-muted-foreground hover:text-foreground"
    >
      <Icon aria-hidden className="size-3.5" />
      <span className="sr-only">{TYPE_NAMES[type]}</span>
    </span>
  );
}
