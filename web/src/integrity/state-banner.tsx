import { CircleAlert, ShieldCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Finding, Integrity } from "../api/integrity.ts";
import { Banner } from "../ui/notice.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";
import { unsignedEntries } from "./signing.ts";

interface StateBannerProps {
  readonly integrity: Integrity;
  /** The server cannot sign, or entries have waited for long. */
  readonly stalled: boolean;
}

/** The log's state in one sentence; and when it is red, what to do. */
export function StateBanner({ integrity, stalled }: StateBannerProps) {
  const { alarm, checkpoint, restored, verification, witnesses } = integrity;
  const { last } = verification;
  if (alarm !== null) {
    return (
      <Damaged>
        <VisibleText value={alarm.reason} /> Noticed <When instant={alarm.since} />; nothing has been signed since.
      </Damaged>
    );
  }
  if (last?.findings.every(isHarmless)) {
    if (last.findings.some(({ part }) => part === "identity")) return <IdentityBehind startedAt={last.started_at} />;
    if (last.findings.some(({ part }) => part === "ids")) return <IdsDiffer startedAt={last.started_at} />;
  }
  if (last !== null && last.findings_here > 0 && !last.only_search) {
    return (
      <Damaged>
        The last full verification, <When instant={last.started_at} />, found what is listed below.
      </Damaged>
    );
  }
  if (last !== null && last.findings_here > 0) return <SearchDiffers startedAt={last.started_at} />;
  if (last !== null && !last.ok) {
    return (
      <Banner tone="caution" icon={TriangleAlert}>
        The last verification found no problem in this organization's log, but one elsewhere in this deployment. It is
        in the server's log.
      </Banner>
    );
  }
  const stranger = witnesses.find(({ state }) => state === "unknown_log");
  if (stranger !== undefined) return <UnknownToWitness name={stranger.name} isRestored={restored.length > 0} />;
  const unsigned = unsignedEntries(integrity);
  if (stalled) {
    return (
      <Banner tone="caution" icon={TriangleAlert}>
        <strong className="font-semibold">Signing has stopped.</strong> {unsignedText(unsigned)} The server's log says
        why.
      </Banner>
    );
  }
  if (checkpoint === null) {
    return (
      <Banner tone="neutral" icon={ShieldCheck}>
        <strong className="font-semibold">Nothing is signed yet.</strong> The first checkpoint follows the first event.
      </Banner>
    );
  }
  return (
    <Banner tone="neutral" icon={ShieldCheck} className="[&>svg]:text-added">
      <strong className="font-semibold">No problems found.</strong> {unsignedText(unsigned)}{" "}
      {last === null ? "A full verification has not run yet." : "The last full verification found nothing."}
    </Banner>
  );
}

function unsignedText(count: number): string {
  if (count === 0) return "Every entry is signed.";
  return count === 1
    ? "The newest entry is not signed yet."
    : `The newest ${count.toLocaleString("en")} entries are not signed yet.`;
}

/** It says nothing against what was recorded and signed. */
function isHarmless({ part }: Finding): boolean {
  return part === "identity" || part === "ids" || part === "search";
}

/** @param startedAt of the verification that found it. */
function IdentityBehind({ startedAt }: { startedAt: string }) {
  return (
    <Banner tone="failure" icon={CircleAlert}>
      <p>
        <strong className="font-semibold">People and keys are older than the log.</strong> The log itself is sound:
        every entry, tree and signature was verified <When instant={startedAt} />. Changes that it recorded are missing
        from the identity database.
      </p>
      <Steps>
        <li>
          Find out who replaced the identity database, and when. Revoked keys and removed people can be active again.
        </li>
        <li>If you have a newer copy of the identity database, restore it and verify again.</li>
        <li>
          If you have none, compare people and keys with the log. Then stop the server and run{" "}
          <Code>daybook restore</Code> once.
        </li>
      </Steps>
    </Banner>
  );
}

/** @param startedAt of the verification that found it. */
function IdsDiffer({ startedAt }: { startedAt: string }) {
  return (
    <Banner tone="failure" icon={CircleAlert}>
      <p>
        <strong className="font-semibold">The index of ids differs from the log.</strong> The log itself is sound: every
        entry, tree and signature was verified <When instant={startedAt} />. An event can have been recorded twice.
      </p>
      <Steps>
        <li>Keep a copy of the findings below.</li>
        <li>
          Stop the server and run <Code>daybook rebuild ids --data-dir …</Code>: it rebuilds the index from the log.
        </li>
        <li>Start the server and verify everything again. An id that is in the log twice is reported each time.</li>
      </Steps>
    </Banner>
  );
}

/** What was acknowledged or signed is not there as it was. */
function Damaged({ children }: { children: ReactNode }) {
  return (
    <Banner tone="failure" icon={CircleAlert}>
      <p>
        <strong className="font-semibold">What is stored is not what was acknowledged.</strong> {children}
      </p>
      <Steps>
        <li>Do not delete or repair anything: it is your evidence.</li>
        <li>Stop the server and copy the whole data directory to a safe place.</li>
        <li>
          Run <Code>daybook verify --data-dir …</Code> on the copy: it names every entry, tile and checkpoint that
          differs.
        </li>
        <li>
          Compare the newest checkpoint with those that witnesses and auditors kept. Find out who could write there.
        </li>
        <li>
          Restore a backup with <Code>daybook restore --from …</Code>, which verifies it first. The steps are in
          docs/backup.md.
        </li>
      </Steps>
    </Banner>
  );
}

/** A witness watches another log than this one. */
function UnknownToWitness({ name, isRestored }: { name: string; isRestored: boolean }) {
  return (
    <Banner tone="failure" icon={CircleAlert}>
      <p>
        <strong className="font-semibold">
          The witness <VisibleText value={name} /> does not know this log.
        </strong>{" "}
        {isRestored
          ? "It was restored from a backup and has a new origin. Entries since then have no witness."
          : "If nobody set it up for another log, the data directory was replaced."}
      </p>
      <Steps>
        <li>Find out who restored the log, or replaced it, and why.</li>
        <li>
          Compare its entries with the newest checkpoint that the witness has of the earlier log. Never delete that one.
        </li>
        <li>
          Start the witness with the key of this log as well: <Code>daybook witness --log …</Code>
        </li>
      </Steps>
    </Banner>
  );
}

/** @param startedAt of the verification that found it. */
function SearchDiffers({ startedAt }: { startedAt: string }) {
  return (
    <Banner tone="failure" icon={CircleAlert}>
      <p>
        <strong className="font-semibold">Search differs from the log.</strong> The log itself is sound: every entry,
        tree and signature was verified <When instant={startedAt} />.
      </p>
      <Steps>
        <li>Keep a copy of the findings below. Something other than Daybook wrote to search.</li>
        <li>
          Stop the server and run <Code>daybook rebuild search --data-dir …</Code>: it rebuilds search from the log.
        </li>
        <li>Start the server and verify everything again.</li>
        <li>Find out who could write to the data directory, or to the ClickHouse server.</li>
      </Steps>
    </Banner>
  );
}

function Steps({ children }: { children: ReactNode }) {
  return (
    <>
      <p className="mt-2 font-medium">What to do</p>
      <ol className="mt-1 flex list-decimal flex-col gap-1 pl-5">{children}</ol>
    </>
  );
}

function Code({ children }: { children: ReactNode }) {
  return <code className="font-mono text-xs [overflow-wrap:anywhere]">{children}</code>;
}
