import { PLATFORM_ORGANIZATION } from "@daybook/sdk";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Finding, type Integrity, integrityQuery, startVerification } from "../api/integrity.ts";
import { Refusal } from "../shell/failure.tsx";
import { may } from "../shell/permissions.ts";
import { useSession } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";

/** The last verification of everything stored, and having it run now. */
export function VerificationCard({ integrity }: { integrity: Integrity }) {
  const { running, last, next_at, failed_at } = integrity.verification;
  const session = useSession();
  const platform = session.organizations.find(({ id }) => id === PLATFORM_ORGANIZATION);
  const queries = useQueryClient();
  const start = useMutation({
    mutationFn: startVerification,
    onSettled: () => queries.invalidateQueries(integrityQuery(integrity.organization)),
  });
  return (
    <Card aria-label="Full verification" className="flex flex-col gap-3 p-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-base font-semibold">Full verification</h2>
        {may(platform, "integrity.verify") && (
          <Button variant="outline" disabled={running !== null || start.isPending} onClick={() => start.mutate()}>
            {running === null ? "Verify everything now" : "Verifying…"}
          </Button>
        )}
      </div>
      <p className="max-w-3xl text-sm text-pretty text-muted-foreground">
        Reads the whole log and computes every hash, tree and signed root again. Compares each row of search with its
        entry. It covers the whole deployment
        {next_at === null ? "" : `, each night at ${next_at.slice(11, 16)} UTC`}.
      </p>
      <Refusal error={start.error} />
      {running !== null && <Running {...running} />}
      {failed_at !== null && (
        <p className="text-sm">
          The newest verification failed before its end (<When instant={failed_at} />
          ): the server's own log says why.
        </p>
      )}
      <Last integrity={integrity} />
      {last !== null && last.findings.length > 0 && <Findings findings={last.findings} all={last.findings_here} />}
    </Card>
  );
}

function Running({ entries, of }: { entries: number | null; of: number | null }) {
  const total = of === null ? "" : ` of ${of.toLocaleString("en")}`;
  const text = entries === null ? "Verification is running." : `${entries.toLocaleString("en")}${total} entries read`;
  return (
    <div className="flex flex-col gap-1.5">
      <progress
        aria-label="Verification"
        className="h-1.5 w-full overflow-hidden rounded-full [&::-moz-progress-bar]:bg-primary [&::-webkit-progress-bar]:bg-accent [&::-webkit-progress-value]:bg-primary"
        max={Math.max(1, of ?? 1)}
        {...(of !== null && entries !== null && { value: entries })}
      />
      <span className="text-xs text-muted-foreground tabular-nums">{text}</span>
    </div>
  );
}

function Last({ integrity }: { integrity: Integrity }) {
  const { last } = integrity.verification;
  if (last === null) return <p className="text-sm font-medium">It has not run yet.</p>;
  const { findings_here, started_at, duration_ms, entries } = last;
  return (
    <p className="text-sm">
      <strong className="font-semibold">
        {findings_here === 0
          ? "Nothing differs here"
          : `${findings_here.toLocaleString("en")} ${findings_here === 1 ? "finding" : "findings"}`}
      </strong>{" "}
      <span className="text-muted-foreground">
        · <When instant={started_at} /> · {entries !== null && `${entries.toLocaleString("en")} entries in `}
        {(duration_ms / 1000).toFixed(1)} s
      </span>
    </p>
  );
}

function Findings({ findings, all }: { findings: readonly Finding[]; all: number }) {
  return (
    <>
      <ul aria-label="Findings" className="divide-y divide-border rounded-lg border border-border">
        {findings.map(({ part, message, sequence, id }) => (
          <li key={`${part} ${sequence} ${id} ${message}`} className="flex gap-3 px-3.5 py-2 text-sm">
            <span className="w-20 shrink-0 text-muted-foreground">{part}</span>
            <span className="min-w-0 [overflow-wrap:anywhere]">
              <VisibleText value={message} />
            </span>
          </li>
        ))}
      </ul>
      {all > findings.length && (
        <p className="text-sm text-muted-foreground">
          {findings.length.toLocaleString("en")} of {all.toLocaleString("en")} are shown; the server's own log has the
          others.
        </p>
      )}
    </>
  );
}
