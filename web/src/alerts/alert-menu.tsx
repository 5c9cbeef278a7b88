import { Bell, BellOff, Pause, Pencil, Play, RotateCw, Send, Trash2 } from "lucide-react";
import type { Alert } from "../api/alerts.ts";
import { ActionsMenu } from "../shell/list-act.tsx";
import { MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { isMuted } from "./muted.ts";

/** What can be done to an alert. */
export type AlertAct = "test" | "mute" | "unmute" | "pause" | "resume" | "edit" | "rotate" | "delete";
export type AlertActs = (act: AlertAct, alert: Alert) => void;

export function AlertMenu({ alert, acts }: { alert: Alert; acts: AlertActs }) {
  const item = (act: AlertAct) => ({ onClick: () => acts(act, alert) });
  const { email, webhook } = alert.deliver;
  return (
    <ActionsMenu name={alert.name}>
      <MenuItem {...item("edit")}>
        <Pencil aria-hidden /> Edit…
      </MenuItem>
      {(email.length > 0 || webhook !== null) && (
        <MenuItem {...item("test")}>
          <Send aria-hidden /> Test
        </MenuItem>
      )}
      {isMuted(alert) ? (
        <MenuItem {...item("unmute")}>
          <Bell aria-hidden /> Unmute
        </MenuItem>
      ) : (
        <MenuItem {...item("mute")}>
          <BellOff aria-hidden /> Mute for a day
        </MenuItem>
      )}
      {alert.enabled ? (
        <MenuItem {...item("pause")}>
          <Pause aria-hidden /> Pause
        </MenuItem>
      ) : (
        <MenuItem {...item("resume")}>
          <Play aria-hidden /> Resume
        </MenuItem>
      )}
      {webhook !== null && (
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
