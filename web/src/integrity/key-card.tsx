import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { Integrity } from "../api/integrity.ts";
import { saveFile } from "../save-file.ts";
import { Button } from "../ui/button.tsx";
import { buttonVariants } from "../ui/button-variants.ts";
import { Card } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { LongValue } from "../ui/long-value.tsx";
import { When } from "../ui/when.tsx";
import { fingerprintQuery } from "./fingerprint-query.ts";

/** The public key, and the page that checks by it without a server. */
export function KeyCard({ integrity }: { integrity: Integrity }) {
  const { organization, keys } = integrity;
  return (
    <Card aria-label="Public key" className="flex flex-col gap-3 p-5">
      <h2 className="text-base font-semibold">Public key</h2>
      <p className="max-w-3xl text-sm text-pretty text-muted-foreground">
        People who check an export need this key. Give it to them yourself: they must not get it from the server that
        they check. Compare it with the output of <code className="font-mono text-xs">daybook signing-key show</code> on
        the server.
      </p>
      {keys.map((key) => (
        <Key key={key.vkey} organization={organization} {...key} />
      ))}
      <h3 className="mt-2 text-sm font-semibold">Check without this server</h3>
      <p className="max-w-3xl text-sm text-pretty text-muted-foreground">
        Export with proof, then drop the file on the verification page. The page is one file. You can save it and use it
        without a network and without this server.
      </p>
      <div className="flex flex-wrap gap-2">
        <a href="/verify" className={buttonVariants({ variant: "outline" })}>
          Open the verification page
        </a>
        <a href="/verify" download="daybook-verify.html" className={buttonVariants({ variant: "outline" })}>
          <Download aria-hidden /> Save this page
        </a>
      </div>
    </Card>
  );
}

interface KeyProps {
  readonly organization: string;
  readonly vkey: string;
  readonly created_at: string;
  readonly signs_until: string | null;
}

function Key({ organization, vkey, created_at, signs_until }: KeyProps) {
  const short = useQuery(fingerprintQuery(vkey));
  const save = () =>
    saveFile({ name: `${organization}.vkey`, content: new Blob([`${vkey}\n`], { type: "text/plain" }) });
  return (
    <div className="flex flex-col gap-2">
      <LongValue label="Verifier key" value={vkey} />
      <p className="text-xs text-muted-foreground">
        Fingerprint{" "}
        <span className="font-mono">{short.data ?? (short.isError ? "not available in this browser" : "…")}</span> ·
        created <When instant={created_at} as="day" />
        {signs_until !== null && (
          <>
            {" "}
            · signs until <When instant={signs_until} as="day" />
          </>
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        <CopyButton value={vkey} label="verifier key" text="Copy the key" />
        <Button variant="outline" onClick={save}>
          <Download aria-hidden /> Download the key
        </Button>
      </div>
    </div>
  );
}
