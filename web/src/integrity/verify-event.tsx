import { ShieldAlert, ShieldCheck } from "lucide-react";
import { useState } from "react";
import type { LoggedEvent } from "../api/events.ts";
import { asProblem } from "../api/problem.ts";
import type { Request } from "../api/request.ts";
import { loaded } from "../shell/lazy-part.tsx";
import { sentence } from "../text/sentence.ts";
import { Button } from "../ui/button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import type { Checked, NewKey } from "./check-event.ts";

type State =
  | { readonly name: "idle" | "checking" }
  | { readonly name: "checked"; readonly checked: Checked }
  | { readonly name: "failed"; readonly message: string };

interface VerifyEventProps {
  readonly event: LoggedEvent;
  /** As who reads the event. */
  readonly request: Request;
}

/** Checks one event in this browser, by what the server hands out and what the browser remembers, and says what was proven. */
export function VerifyEvent({ event, request }: VerifyEventProps) {
  const [state, setState] = useState<State>({ name: "idle" });
  const run = async (trusted?: NewKey) => {
    setState({ name: "checking" });
    try {
      const parts = Promise.all([import("./check-event.ts"), import("./pinned-key.ts")]);
      const [{ checkEvent }, { trust }] = await loaded(parts);
      if (trusted) trust(event.tenant_id, trusted.vkey);
      setState({ name: "checked", checked: await checkEvent(request, event) });
    } catch (error) {
      const problem = asProblem(error instanceof Error ? error : new Error(String(error)));
      setState({ name: "failed", message: problem?.message ?? "It could not be checked" });
    }
  };
  return (
    <div className="contents">
      <Button
        variant="outline"
        size="small"
        aria-disabled={state.name === "checking"}
        onClick={() => state.name === "checking" || void run()}
      >
        {state.name === "checking" ? <Spinner /> : <ShieldCheck aria-hidden />}
        {state.name === "idle" || state.name === "checking" ? "Verify in this browser" : "Verify again"}
      </Button>
      <div role="status" className="basis-full empty:hidden">
        {state.name === "checked" && <Result checked={state.checked} onTrust={run} />}
        {state.name === "failed" && <p className="text-sm">It could not be checked: {sentence(state.message)}</p>}
      </div>
    </div>
  );
}

function Result({ checked, onTrust }: { checked: Checked; onTrust: (key: NewKey) => Promise<void> }) {
  if (!checked.ok) {
    const { reason, newKey } = checked;
    return (
      <div className="flex items-start gap-2 rounded-lg border border-failure-border bg-failure-surface px-3 py-2 text-sm text-foreground">
        <ShieldAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-failure" />
        <div className="min-w-0">
          <p className="[overflow-wrap:anywhere]">
            <strong className="font-semibold">Not proven.</strong> {reason}
          </p>
          {newKey && (
            <>
              <p className="mt-1">
                Ask the operator, by phone or in another way outside of this page:{" "}
                {newKey.isOtherLog ? "was a backup restored, and is its key" : "was the key changed, and is it now"}{" "}
                <span className="font-mono">{newKey.fingerprint}</span>? Only if so:
              </p>
              <Button variant="outline" size="small" className="mt-2" onClick={() => void onTrust(newKey)}>
                {newKey.isOtherLog ? "Trust this log from now on" : "Trust this key from now on"}
              </Button>
            </>
          )}
        </div>
      </div>
    );
  }
  const { sequence, size, fingerprint, since, firstUse, remembered } = checked;
  return (
    <div className="flex items-start gap-2 rounded-lg border border-border bg-added-surface px-3 py-2 text-sm text-foreground">
      <ShieldCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-added" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p>
          <strong className="font-semibold">Proven in this browser.</strong> What you see is entry {sequence}, byte for
          byte, of a log of {size.toLocaleString("en")} entries that this server signed.
        </p>
        <p className="mt-1 text-muted-foreground">
          {firstUse ? "The key was taken from this server just now" : `By the key trusted since ${since.slice(0, 10)}`}:{" "}
          <span className="font-mono">{fingerprint}</span>.{" "}
          {firstUse &&
            (remembered
              ? "This browser stores it and warns you if it changes. Ask the operator for theirs, and compare the two once."
              : "Your browser blocked saving this key.")}
        </p>
      </div>
    </div>
  );
}
