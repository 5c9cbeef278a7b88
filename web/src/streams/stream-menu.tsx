import type { Stream } from "../api/streams.ts";
import { ActionsMenu, type ListAct } from "../shell/actions-menu.tsx";

/** What can be done to a stream. */
export type StreamAct = Exclude<ListAct, "mute" | "unmute">;
export type StreamActs = (act: StreamAct, stream: Stream) => void;

export function StreamMenu({ stream, acts }: { stream: Stream; acts: StreamActs }) {
  const isStopped = stream.state.health === "paused" || stream.state.health === "disabled";
  const offered: Record<StreamAct, boolean> = {
    edit: true,
    test: true,
    pause: !isStopped,
    resume: isStopped,
    replay: true,
    rotate: stream.type === "webhook",
    delete: true,
  };
  return <ActionsMenu name={stream.name} acts={offered} onAct={(act) => acts(act, stream)} />;
}
