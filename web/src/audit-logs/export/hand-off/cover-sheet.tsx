import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { Printer } from "lucide-react";
import type { ReactNode } from "react";
import { checkpointKeyQuery } from "../../../api/checkpoint-keys.ts";
import { fingerprintQuery } from "../../../integrity/fingerprint-query.ts";
import { Brand } from "../../../shell/brand.tsx";
import { LoadFailure } from "../../../shell/failure.tsx";
import { Button } from "../../../ui/button.tsx";
import { cn } from "../../../ui/cn.ts";
import { VisibleText } from "../../../ui/visible-text.tsx";
import { verdictText } from "../../../verify-page/verdict.ts";
import { filterTexts } from "../../filters/filter-texts.ts";
import { useLogAccess } from "../../log-access.ts";
import { useZone } from "../../time/zone-context.ts";
import { sizeText } from "../text.ts";
import type { ExportDone } from "../use-export.ts";
import type { Sealed } from "./sealing.ts";
import { contentsText } from "./sheet-facts.ts";

const MONO = "font-mono text-xs leading-5";

export type SealedFile = ExportDone & { readonly sealed: Sealed };

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2 border-t border-border pt-4 break-inside-avoid">
      <h2 className="text-base font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm max-sm:grid-cols-1 max-sm:gap-y-0 max-sm:[&>dt]:mt-2">
      {children}
    </dl>
  );
}

function Fact({ name, mono = false, children }: { name: string; mono?: boolean; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className={cn("[overflow-wrap:anywhere]", mono && MONO)}>{children}</dd>
    </>
  );
}

/** What the file holds, as it states it itself. */
function Scope({ file: { sealed } }: { file: SealedFile }) {
  const { formatExact, zone } = useZone();
  const { head } = sealed;
  const { period } = head;
  const filters = filterTexts(head.filters);
  return (
    <Section title="What it covers">
      <Facts>
        <Fact name="Events from">{formatExact(period.start)}</Fact>
        <Fact name="To">
          {period.end === undefined
            ? `${formatExact(head.made_at)}, when it was exported`
            : `before ${formatExact(period.end)}`}
        </Fact>
        <Fact name="Time zone">{zone}</Fact>
        <Fact name="Filters">{filters.length === 0 ? "none" : <VisibleText value={filters.join("; ")} />}</Fact>
        <Fact name="Entries">{head.entries.toLocaleString("en")}</Fact>
        <Fact name="Contents">
          <VisibleText value={contentsText(head)} />
        </Fact>
        <Fact name="Signed">
          {formatExact(head.signed_at)}, over a log of {head.tree_size.toLocaleString("en")} entries
        </Fact>
      </Facts>
      <p className="text-xs text-muted-foreground">
        The exporter states the period, the time zone and the filters. The check proves the entries.
      </p>
    </Section>
  );
}

function Key({ organization }: { organization: string }) {
  const { request } = useLogAccess();
  const { data: key, error, refetch } = useQuery(checkpointKeyQuery(request, organization));
  const fingerprint = useQuery({ ...fingerprintQuery(key?.vkey ?? ""), enabled: key !== undefined && key !== null });
  return (
    <Section title="Public key">
      {error && <LoadFailure what="The key" error={error} onRetry={() => void refetch()} kept={false} />}
      {key && (
        <Facts>
          <Fact name="Key" mono>
            {key.vkey}
          </Fact>
          <Fact name="Fingerprint" mono>
            {fingerprint.data ?? (fingerprint.isError ? "not available in this browser" : "…")}
          </Fact>
        </Facts>
      )}
    </Section>
  );
}

function Steps({ file }: { file: SealedFile }) {
  const { name } = useLogAccess().organization;
  const { head } = file.sealed;
  const { contents, entries, organization } = head;
  return (
    <Section title="How to check">
      <ol className="flex list-decimal flex-col gap-1.5 pl-5 text-sm">
        <li>
          Open <span className={MONO}>daybook-verify.html</span> in a browser, or{" "}
          <span className={MONO}>{`${window.location.origin}/verify`}</span>. The saved page needs no network and no
          account.
        </li>
        <li>
          Choose the file and paste the public key. Then select <strong className="font-medium">Verify</strong>.
        </li>
        <li>
          The page must say: “
          <VisibleText value={verdictText({ complete: contents === "range", entries, organization })} />” Below it, the
          SHA-256 and the key fingerprint must be those of this sheet.
        </li>
        <li>
          Ask <VisibleText value={name} /> for the fingerprint by phone, or in another way that you trust.
        </li>
      </ol>
      <p className="text-xs text-muted-foreground">
        On the command line:{" "}
        <span className={MONO}>{`npx daybook verify bundle ${file.name} --key '<the public key>'`}</span>
      </p>
    </Section>
  );
}

function Signatures() {
  return (
    <Section title="Hand-off">
      <div className="grid grid-cols-2 gap-x-8 gap-y-2 pt-8 text-xs text-muted-foreground max-sm:grid-cols-1">
        {["Handed over by: name, date, signature", "Received by: name, date, signature"].map((line) => (
          <p key={line} className="border-t border-foreground pt-1">
            {line}
          </p>
        ))}
      </div>
    </Section>
  );
}

/** A page to print or save as PDF: what the file is, what it covers, and how anybody checks it. */
export default function CoverSheet({ file, onClose }: { file: SealedFile; onClose: () => void }) {
  const { organization, member } = useLogAccess();
  const { formatExact } = useZone();
  const { name, sealed, bytes } = file;
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Popup
          data-print-sheet
          className="fixed inset-0 z-40 overflow-y-auto bg-background outline-none print:static print:overflow-visible"
        >
          <div className="sticky top-0 border-b border-border bg-card print:hidden">
            <div className="mx-auto flex max-w-3xl items-center justify-end gap-2 px-6 py-2 max-lg:px-4">
              <Button variant="outline" onClick={onClose}>
                Back
              </Button>
              <Button onClick={() => window.print()}>
                <Printer aria-hidden /> Print or save as PDF
              </Button>
            </div>
          </div>
          <article className="mx-auto flex max-w-3xl flex-col gap-5 px-6 py-8 max-lg:px-4 print:max-w-none print:p-0">
            <Brand />
            <header className="flex flex-col gap-1">
              <Dialog.Title className="text-xl font-semibold">Audit log export: cover sheet</Dialog.Title>
              <p className="text-sm text-muted-foreground [overflow-wrap:anywhere]">
                <VisibleText value={organization.name} /> ({organization.id}), created{" "}
                {formatExact(sealed.head.made_at)}
                {member && (
                  <>
                    {" by "}
                    <VisibleText value={member.name} />
                  </>
                )}
              </p>
            </header>
            <Section title="The file">
              <Facts>
                <Fact name="Name">
                  <VisibleText value={name} />
                </Fact>
                <Fact name="Size">
                  {sizeText(bytes)} ({bytes.toLocaleString("en")} bytes)
                </Fact>
                <Fact name="SHA-256" mono>
                  {sealed.sha256}
                </Fact>
              </Facts>
            </Section>
            <Scope file={file} />
            <Key organization={organization.id} />
            <Steps file={file} />
            <Signatures />
          </article>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
