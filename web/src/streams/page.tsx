import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, Waypoints } from "lucide-react";
import { useRef, useState } from "react";
import { deleteStream, type Stream, setEnabled, streamsQuery, testStream } from "../api/streams.ts";
import { DeletionDialog } from "../shell/deletion.tsx";
import { Refusal } from "../shell/failure.tsx";
import { OrganizationPageFrame } from "../shell/organization-page.tsx";
import { may } from "../shell/permissions.ts";
import { ResourceList } from "../shell/resource-list.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { visibleText } from "../text/visible.ts";
import { Banner, Notice } from "../ui/notice.tsx";
import { Outcome } from "../ui/outcome.tsx";
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
  const [done, setDone] = useState<string>();
  const [asked, setAsked] = useState<Asked>();
  const outcome = useRef<HTMLDivElement>(null);
  const manages = may(organization, "stream.manage");
  const acting = useActing(organization, setDone);
  const act = (what: StreamAct, stream: Stream) => {
    setDone(undefined);
    acting.reset();
    if (what === "replay" || what === "rotate" || what === "delete") setAsked({ act: what, stream });
    else acting.mutate({ act: what, stream });
  };
  const close = () => setAsked(undefined);
  return (
    <>
      <Outcome ref={outcome}>{done}</Outcome>
      <Refusal error={acting.error} />
      {acting.data?.refused !== undefined && (
        <Banner tone="failure" icon={CircleAlert}>
          {acting.data.refused}
        </Banner>
      )}
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

/** What is done at once. A receiver that refuses a test is no failure of the call. */
function useActing(organization: CurrentOrganization, onDone: (what: string) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ act, stream }: { act: "test" | "pause" | "resume"; stream: Stream }) => {
      const name = visibleText(stream.name);
      if (act !== "test") {
        await setEnabled(stream, act === "resume");
        return { done: `The stream ${name} was ${act === "resume" ? "resumed" : "paused"}.` };
      }
      const { delivered, error, duration_ms } = await testStream(stream);
      if (delivered) return { done: `${name} took a test event in ${duration_ms.toLocaleString("en")} ms.` };
      return { refused: `${name} did not take a test event: ${visibleText(error ?? "")}` };
    },
    onSuccess: ({ done }) => {
      if (done !== undefined) onDone(done);
      void queries.invalidateQueries({ queryKey: streamsQuery(organization.id).queryKey });
    },
  });
}
