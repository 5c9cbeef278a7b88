import { useQuery } from "@tanstack/react-query";
import { Download, FileText } from "lucide-react";
import { useEffect, useRef } from "react";
import { checkpointKeyQuery } from "../../../api/checkpoint-keys.ts";
import { LoadFailure } from "../../../shell/failure.tsx";
import { Button } from "../../../ui/button.tsx";
import { buttonVariants } from "../../../ui/button-variants.ts";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { useLogAccess } from "../../log-access.ts";

/** What an auditor needs beside the file: the key, the page that checks, and a sheet that says what this is. */
export function HandOff({ onSheet }: { onSheet: () => void }) {
  const { request, organization } = useLogAccess();
  const { data: key, error, refetch } = useQuery(checkpointKeyQuery(request, organization.id));
  const section = useRef<HTMLElement>(null);
  // It comes below what one looks at.
  useEffect(() => {
    section.current?.scrollIntoView({ block: "center" });
  }, []);
  return (
    <section ref={section} aria-label="For the auditor" className="flex flex-col gap-2">
      <h3 className="text-sm font-semibold">For the auditor</h3>
      <p className="text-xs text-pretty text-muted-foreground">
        Hand over the file, the verifier and the cover sheet. Send the key separately, for example by phone or in a
        signed letter.
      </p>
      {error && <LoadFailure what="The key" error={error} onRetry={() => void refetch()} kept={false} />}
      <div className="flex flex-wrap gap-2">
        {key && <CopyButton value={key.vkey} label="public key" text="Copy key" />}
        <a href="/verify" download="daybook-verify.html" className={buttonVariants({ variant: "outline" })}>
          <Download aria-hidden /> Download verifier
        </a>
        <Button variant="outline" onClick={onSheet}>
          <FileText aria-hidden /> Create cover sheet
        </Button>
      </div>
    </section>
  );
}
