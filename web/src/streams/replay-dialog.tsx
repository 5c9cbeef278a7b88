import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { type Stream, type StreamStart, streamsKey } from "../api/streams.ts";
import { Refusal } from "../shell/failure.tsx";
import { visibleText } from "../text/visible.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormActions } from "../ui/form-actions.tsx";
import { formText } from "../ui/form-text.ts";
import { Select } from "../ui/select.tsx";
import { useStreamCalls } from "./access.ts";
import { BackfillWarning } from "./backfill-warning.tsx";

const FROM = [
  { value: "beginning", label: "The beginning" },
  { value: "sequence", label: "A sequence" },
  { value: "time", label: "A time (UTC)" },
  { value: "now", label: "Now: skip waiting events" },
] as const;
type From = (typeof FROM)[number]["value"];

interface ReplayDialogProps {
  readonly stream: Stream;
  readonly onClose: () => void;
  readonly onDone: (what: string) => void;
}

/** Has events delivered again. Receivers get repeats, which their sequence shows. */
export function ReplayDialog({ stream, onClose, onDone }: ReplayDialogProps) {
  const queries = useQueryClient();
  const calls = useStreamCalls();
  const [from, setFrom] = useState<From>("beginning");
  const { mutate, error, isPending } = useMutation({
    mutationFn: (start: StreamStart) => calls.replay(stream, start),
    onSuccess: () => {
      onDone(`The stream ${visibleText(stream.name)} is being replayed.`);
      onClose();
      void queries.invalidateQueries({ queryKey: streamsKey(stream.organization) });
    },
  });
  const problem = problemOrNull(error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isPending) mutate(startOf(from, formText(event.currentTarget, "place")));
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Replay ${visibleText(stream.name)}`}
      description="Everything from there on is delivered again. The receiver can recognise repeats by their sequence."
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Refusal error={error} fields={["/start/sequence", "/start/time"]} />
        <Field label="From">
          {(control) => <Select control={control} value={from} choices={FROM} onChange={setFrom} />}
        </Field>
        {from === "sequence" && (
          <Field label="Sequence" error={fieldMessage(problem, "/start/sequence")}>
            {(control) => <Input {...control} name="place" type="number" min={0} required />}
          </Field>
        )}
        {from === "time" && (
          <Field label="Time (UTC)" error={fieldMessage(problem, "/start/time")}>
            {(control) => <Input {...control} name="place" type="datetime-local" required />}
          </Field>
        )}
        {from !== "now" && <BackfillWarning type={stream.type} />}
        <FormActions action="Replay" pending={isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

function startOf(from: From, place: string): StreamStart {
  if (from === "sequence") return { sequence: Number(place) };
  return from === "time" ? { time: new Date(`${place}Z`).toISOString() } : from;
}
