import { useQuery } from "@tanstack/react-query";
import { Waypoints } from "lucide-react";
import { useState } from "react";
import { deleteStream, type Stream, setEnabled, streamsQuery, testStream } from "../api/streams.ts";
import { ActedOutcome } from "../shell/acting.tsx";
import { DeletionDialog } from "../shell/deletion.tsx";
import { OrganizationPageFrame } from "../shell/organization-page.tsx";
import { may } from "../shell/permissions.ts";
import { ResourceList } from "../shell/resource-list.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { type Acted, useActing } from "../shell/use-acting.ts";
import { visibleText } from "../text/visible.ts";
import { Notice } from "../ui/notice.tsx";
import { streamColumns } from "./columns.tsx";
import { CreateStreamDialog } from "./create-dialog.tsx";
import { ReplayDialog } from "./replay-dialog.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";
import type { StreamAct } from "./stream-menu.tsx";

export function StreamsPage() {
  return (
    <OrganizationPageFrame
      title="Streams"
      intro="Deliver events to a SIEM, a bucket or a webhook."
      page="/settings/organization/streams"
      what="streams"
      gerund="Seeing streams"
    >
      {(organization) => <Streams organization={organization} />}
    </OrganizationPageFrame>
  );
}

/** What is asked about one stream. */
type Asked = { readonly act: "replay" | "rotate" | "delete"; readonly stream: Stream };

function Streams({ organization }: { organization: CurrentOrganization }) {
  const streams = useQuery(streamsQuery(organization.id));
  const [asked, setAsked] = useState<Asked>();
  const manages = may(organization, "stream.manage");
  const acting = useActing(streamsQuery(organization.id).queryKey, doAtOnce);
  const { setDone, outcome } = acting;
  const act = (what: StreamAct, stream: Stream) => {
    acting.clear();
    if (what === "replay" || what === "rotate" || what === "delete") setAsked({ act: what, stream });
    else acting.run({ act: what, stream });
  };
  const close = () => setAsked(undefined);
  return (
    <>
      <ActedOutcome of={acting} />
      <section aria-labelledby="streams-title" className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h2 id="streams-title" className="text-base font-semibold tabular-nums">
            {streams.data ? `${streams.data.length} ${streams.data.length === 1 ? "stream" : "streams"}` : "Streams"}
          </h2>
          {manages && (
            <CreateStreamDialog
              organization={organization}
              onCreated={({ name }) => setDone(`The stream ${visibleText(name)} was created.`)}
            />
          )}
        </div>
        <ResourceList
          query={streams}
          label="Streams"
          columns={streamColumns(manages ? act : undefined)}
          rowKey={({ id }) => id}
          empty={
            <Notice icon={Waypoints} title="No streams yet">
              <p className="mt-2 text-pretty text-muted-foreground">
                {manages
                  ? "Create one to deliver events to another system."
                  : "An owner or admin can create one, to deliver events to another system."}
              </p>
            </Notice>
          }
        />
      </section>
      {asked?.act === "replay" && <ReplayDialog stream={asked.stream} onClose={close} onDone={setDone} />}
      {asked?.act === "rotate" && <RotateDialog stream={asked.stream} onClose={close} />}
      {asked?.act === "delete" && (
        <DeletionDialog
          title={`Delete ${visibleText(asked.stream.name)}?`}
          action="Delete"
          end={() => deleteStream(asked.stream)}
          list={streamsQuery(organization.id).queryKey}
          done={`The stream ${visibleText(asked.stream.name)} was deleted.`}
          onClose={close}
          onDone={setDone}
          outcome={outcome}
        >
          It delivers nothing more. The receiver keeps what it has, and Daybook keeps all events.
        </DeletionDialog>
      )}
    </>
  );
}

async function doAtOnce({ act, stream }: { act: "test" | "pause" | "resume"; stream: Stream }): Promise<Acted> {
  const name = visibleText(stream.name);
  if (act !== "test") {
    await setEnabled(stream, act === "resume");
    return { done: `The stream ${name} was ${act === "resume" ? "resumed" : "paused"}.` };
  }
  const { delivered, error, duration_ms } = await testStream(stream);
  if (delivered) return { done: `${name} took a test event in ${duration_ms.toLocaleString("en")} ms.` };
  return { refused: `${name} did not take a test event: ${visibleText(error ?? "")}` };
}
