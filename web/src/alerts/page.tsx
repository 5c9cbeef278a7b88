import { useQuery } from "@tanstack/react-query";
import { BellRing, Plus } from "lucide-react";
import { useState } from "react";
import {
  type Alert,
  alertsQuery,
  changeAlert,
  deleteAlert,
  type ReadyAlert,
  rotateAlertSecret,
  testAlert,
} from "../api/alerts.ts";
import { CountedSection } from "../shell/counted-section.tsx";
import { DeletionDialog } from "../shell/deletion.tsx";
import { ActedOutcome, type AskedDialogProps } from "../shell/list-act.tsx";
import { OrganizationPageFrame } from "../shell/organization-page.tsx";
import { ResourceList } from "../shell/resource-list.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { type Acted, useListAct } from "../shell/use-list-act.ts";
import { RotateDialog } from "../streams/rotate-dialog.tsx";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { AlertDialog } from "./alert-dialog.tsx";
import type { AlertAct } from "./alert-menu.tsx";
import { alertColumns } from "./columns.tsx";
import { Firings } from "./firings.tsx";
import { ReadyList } from "./ready-list.tsx";

export function AlertsPage() {
  return (
    <OrganizationPageFrame
      title="Alerts"
      intro="Notify people when something happens, or stops happening."
      page="/settings/organization/alerts"
      what="alerts"
      gerund="Seeing alerts"
    >
      {(organization) => <Alerts organization={organization} />}
    </OrganizationPageFrame>
  );
}

/** What is asked: a new alert, perhaps a ready one, or something about one that there is. */
type Asked = { readonly create: ReadyAlert | undefined } | { readonly act: AskedAct; readonly alert: Alert };
type AskedAct = (typeof ASKED)[number];
const ASKED = ["edit", "rotate", "delete"] as const;
const isAsked = (act: AlertAct): act is AskedAct => ASKED.some((one) => one === act);

function Alerts({ organization }: { organization: CurrentOrganization }) {
  const alerts = useQuery(alertsQuery(organization.id));
  const [asked, setAsked] = useState<Asked>();
  const acting = useListAct(alertsQuery(organization.id).queryKey, doAtOnce);
  const { setDone, outcome } = acting;
  const act = (what: AlertAct, alert: Alert) => {
    acting.clear();
    if (isAsked(what)) setAsked({ act: what, alert });
    else acting.run({ act: what, alert });
  };
  return (
    <>
      <ActedOutcome of={acting} />
      <CountedSection
        many="alerts"
        one="alert"
        count={alerts.data?.length}
        add={
          <Button onClick={() => setAsked({ create: undefined })}>
            <Plus aria-hidden /> Create alert
          </Button>
        }
      >
        <ResourceList
          query={alerts}
          label="Alerts"
          columns={alertColumns(act)}
          rowKey={({ id }) => id}
          empty={
            <Notice icon={BellRing} title="No alerts yet">
              <p className="mt-2 text-pretty text-muted-foreground">Create one, or switch one on below.</p>
            </Notice>
          }
        />
      </CountedSection>
      {alerts.data !== undefined && (
        <ReadyList
          organization={organization.id}
          alerts={alerts.data}
          onChoose={(ready) => setAsked({ create: ready })}
        />
      )}
      <Firings organization={organization.id} />
      {asked !== undefined && (
        <AskedDialog
          asked={asked}
          organization={organization}
          onClose={() => setAsked(undefined)}
          onDone={setDone}
          outcome={outcome}
        />
      )}
    </>
  );
}

function AskedDialog({ asked, organization, onClose, onDone, outcome }: AskedDialogProps<Asked>) {
  const list = alertsQuery(organization.id).queryKey;
  if ("create" in asked) {
    const onSaved = ({ name }: Alert) => onDone(`The alert ${visibleText(name)} was created.`);
    return <AlertDialog organization={organization} ready={asked.create} onClose={onClose} onSaved={onSaved} />;
  }
  const { act, alert } = asked;
  const name = visibleText(alert.name);
  if (act === "edit") {
    const onSaved = (saved: Alert) => onDone(`The alert ${visibleText(saved.name)} was changed.`);
    return <AlertDialog organization={organization} alert={alert} onClose={onClose} onSaved={onSaved} />;
  }
  if (act === "rotate") {
    return <RotateDialog name={alert.name} rotate={() => rotateAlertSecret(alert)} list={list} onClose={onClose} />;
  }
  return (
    <DeletionDialog
      title={`Delete ${name}?`}
      action="Delete"
      end={() => deleteAlert(alert)}
      list={list}
      done={`The alert ${name} was deleted.`}
      onClose={onClose}
      onDone={onDone}
      outcome={outcome}
    >
      It no longer fires. Its earlier firings stay in the list and in the log.
    </DeletionDialog>
  );
}

const DAY_MS = 24 * 3_600_000;
const DONE = { mute: "muted for a day", unmute: "unmuted", pause: "paused", resume: "resumed" } as const;

async function doAtOnce({ act, alert }: { act: Exclude<AlertAct, AskedAct>; alert: Alert }): Promise<Acted> {
  const name = visibleText(alert.name);
  if (act !== "test") {
    await changeAlert(alert, changeOf(act));
    return { done: `The alert ${name} was ${DONE[act]}.` };
  }
  const failed = (await testAlert(alert)).results.filter(({ error }) => error !== null);
  if (failed.length === 0) return { done: `A test of ${name} was delivered.` };
  return { refused: failed.map(({ channel, error }) => `${channel}: ${visibleText(error ?? "")}`).join(" ") };
}

function changeOf(act: keyof typeof DONE) {
  if (act === "mute") return { muted_until: new Date(Date.now() + DAY_MS).toISOString() };
  return act === "unmute" ? { muted_until: null } : { enabled: act === "resume" };
}
