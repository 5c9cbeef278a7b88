import { History, Pause, Pencil, Play, RotateCw, Send, Trash2 } from "lucide-react";
import type { Stream } from "../api/streams.ts";
import { ActionsMenu } from "../shell/list-act.tsx";
import { MenuItem, MenuSeparator } from "../ui/menu.tsx";

/** What can be done to a stream. */
export type StreamAct = "test" | "pause" | "resume" | "edit" | "replay" | "rotate" | "delete";
export type StreamActs = (act: StreamAct, stream: Stream) => void;

export function StreamMenu({ stream, acts }: { stream: Stream; acts: StreamActs }) {
  const isStopped = stream.state.health === "paused" || stream.state.health === "disabled";
  const item = (act: StreamAct) => ({ onClick: () => acts(act, stream) });
  return (
    <ActionsMenu name={stream.name}>
      <MenuItem {...item("edit")}>
        <Pencil aria-hidden /> Edit…
      </MenuItem>
      <MenuItem {...item("test")}>
        <Send aria-hidden /> Test
      </MenuItem>
      {isStopped ? (
        <MenuItem {...item("resume")}>
          <Play aria-hidden /> Resume
        </MenuItem>
      ) : (
        <MenuItem {...item("pause")}>
          <Pause aria-hidden /> Pause
        </MenuItem>
      )}
      <MenuItem {...item("replay")}>
        <History aria-hidden /> Replay…
      </MenuItem>
      {stream.type === "webhook" && (
        <MenuItem {...item("rotate")}>
          <RotateCw aria-hidden /> Rotate secret…
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem {...item("delete")}>
        <Trash2 aria-hidden /> Delete…
      </MenuItem>
    </ActionsMenu>
  );
}
