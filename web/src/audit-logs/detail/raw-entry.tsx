import { useQuery } from "@tanstack/react-query";
import { fetchEntry, type LoggedEvent } from "../../api/events.ts";
import { asProblem } from "../../api/problem.ts";
import { sentence } from "../../text/sentence.ts";
import { Button } from "../../ui/button.tsx";
import { JsonText } from "../../ui/json-text.tsx";
import { RequestId } from "../../ui/notice.tsx";
import { useLogAccess } from "../log-access.ts";
import { CopyValue } from "./copy-value.tsx";
import { TextBox } from "./text-box.tsx";

/** The entry as the log keeps it, byte for byte: the header that the tree of hashes holds, and the body it commits to. */
export default function RawEntry({ event }: { event: LoggedEvent }) {
  const { request, key } = useLogAccess();
  const entry = useQuery({
    queryKey: ["entry", key, event.tenant_id, event.id],
    queryFn: ({ signal }) => fetchEntry(request, event.tenant_id, event.id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const problem = asProblem(entry.error);
  if (problem) {
    return (
      <div role="alert" className="mt-1 flex min-h-16 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <span>The entry could not be loaded: {sentence(problem.message)}</span>
        {problem.code !== "entry_damaged" && (
          <Button variant="outline" size="small" onClick={() => void entry.refetch()}>
            Retry
          </Button>
        )}
        <RequestId id={problem.requestId} />
      </div>
    );
  }
  if (entry.data === undefined) return <TextBox label="Entry">Loading the entry…</TextBox>;
  const [header = "", body = ""] = entry.data.split("\n");
  return (
    <>
      <Line label="Header" text={header} />
      {body === "" ? (
        <p className="mt-3 text-xs text-muted-foreground">The body of this entry was erased; its header stays.</p>
      ) : (
        <Line label="Body" text={body} />
      )}
    </>
  );
}

function Line({ label, text }: { label: string; text: string }) {
  return (
    <div className="not-first:mt-2">
      <div className="flex min-h-6 items-center justify-between text-xs text-muted-foreground">
        {label}
        <CopyValue value={text} label={`the entry's ${label.toLowerCase()}`} />
      </div>
      <TextBox label={`The entry's ${label.toLowerCase()}`}>
        <JsonText value={text} />
      </TextBox>
    </div>
  );
}
