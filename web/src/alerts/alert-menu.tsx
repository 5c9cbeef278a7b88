import type { Alert } from "../api/alerts.ts";
import { ActionsMenu, type ListAct } from "../shell/actions-menu.tsx";
import { isMuted } from "./muted.ts";

/** What can be done to an alert. */
export type AlertAct = Exclude<ListAct, "replay">;
export type AlertActs = (act: AlertAct, alert: Alert) => void;

export function AlertMenu({ alert, acts }: { alert: Alert; acts: AlertActs }) {
  const { name, enabled, deliver } = alert;
  const { email, webhook } = deliver;
  const muted = isMuted(alert);
  const offered: Record<AlertAct, boolean> = {
    edit: true,
    test: email.length > 0 || webhook !== null,
    mute: !muted,
    unmute: muted,
    pause: enabled,
    resume: !enabled,
    rotate: webhook !== null,
    delete: true,
  };
  return <ActionsMenu name={name} acts={offered} onAct={(act) => acts(act, alert)} />;
}
