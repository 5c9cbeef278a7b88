import { useQuery } from "@tanstack/react-query";
import { Plus, Waypoints } from "lucide-react";
import { useState } from "react";
import { type Stream, streamsKey } from "../api/streams.ts";
import { CountedSection } from "../shell/counted-section.tsx";
import { DeletionDialog } from "../shell/deletion.tsx";
import { ActedOutcome, type AskedDialogProps } from "../shell/list-act.tsx";
import { may } from "../shell/permissions.ts";
import { ResourceList } from "../shell/resource-list.tsx";
import { type Acted, useListAct } from "../shell/use-list-act.ts";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { type StreamsOrganization, useStreamCalls } from "./access.ts";
import { streamColumns } from "./columns.tsx";
import { ReplayDialog } from "./replay-dialog.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";
import { StreamDialog } from "./stream-dialog.tsx";
import type { StreamAct } from "./stream-menu.tsx";

/** What is asked: a new stream, or something about one that there is. */
type Asked = { readonly act: "create" } | { readonly act: AskedAct; readonly stream: Stream };
type AskedAct = (typeof ASKED)[number];
const ASKED = ["edit", "replay", "rotate", "delete"] as const;
const isAsked = (act: StreamAct): act is AskedAct => ASKED.some((one) => one === act);

/** An organization's streams, and everything that can be done to them. */
export function Streams({ organization }: { organization: StreamsOrganization }) {
  const calls = useStreamCalls();
  const streams = useQuery(calls.listOf(organization.id));
  const [asked, setAsked] = useState<Asked>();
  const manages = may(organization, "stream.manage");
  const acting = useListAct(streamsKey(organization.id), (at: AtOnce) => doAtOnce(calls, at));
  const { setDone, outcome } = acting;
  const act = (what: StreamAct, stream: Stream) => {
    acting.clear();
    if (isAsked(what)) setAsked({ act: what, stream });
    else acting.run({ act: what, stream });
  };
  return (
    <>
      <ActedOutcome of={acting} />
      <CountedSection
        many="streams"
        one="stream"
        count={streams.data?.length}
        add={
          manages && (
            <Button onClick={() => setAsked({ act: "create" })}>
              <Plus aria-hidden /> Create stream
            </Button>
          )
        }
      >
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
      </CountedSection>
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

function AskedDialog({ asked, organization, onClose, onDone, outcome }: AskedDialogProps<Asked, StreamsOrganization>) {
  const calls = useStreamCalls();
  const list = streamsKey(organization.id);
  if (asked.act === "create" || asked.act === "edit") {
    const stream = asked.act === "edit" ? asked.stream : undefined;
    const done = stream === undefined ? "created" : "changed";
    const onSaved = ({ name }: Stream) => onDone(`The stream ${visibleText(name)} was ${done}.`);
    return <StreamDialog organization={organization} stream={stream} onClose={onClose} onSaved={onSaved} />;
  }
  const { act, stream } = asked;
  if (act === "replay") return <ReplayDialog stream={stream} onClose={onClose} onDone={onDone} />;
  if (act === "rotate") {
    return <RotateDialog name={stream.name} rotate={() => calls.rotateSecret(stream)} list={list} onClose={onClose} />;
  }
  const name = visibleText(stream.name);
  return (
    <DeletionDialog
      title={`Delete ${name}?`}
      action="Delete"
      end={() => calls.remove(stream)}
      list={list}
      done={`The stream ${name} was deleted.`}
      onClose={onClose}
      onDone={onDone}
      outcome={outcome}
    >
      It delivers nothing more. The receiver keeps what it has, and Daybook keeps all events.
    </DeletionDialog>
  );
}

interface AtOnce {
  readonly act: "test" | "pause" | "resume";
  readonly stream: Stream;
}

async function doAtOnce(calls: ReturnType<typeof useStreamCalls>, { act, stream }: AtOnce): Promise<Acted> {
  const name = visibleText(stream.name);
  if (act !== "test") {
    await calls.setEnabled(stream, act === "resume");
    return { done: `The stream ${name} was ${act === "resume" ? "resumed" : "paused"}.` };
  }
  const { delivered, error, duration_ms } = await calls.test(stream);
  if (delivered) return { done: `${name} accepted a test event in ${duration_ms.toLocaleString("en")} ms.` };
  return { refused: `${name} did not accept a test event: ${visibleText(error ?? "")}` };
}
