import { Download } from "lucide-react";
import { saveFile } from "../save-file.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { DialogActions } from "../ui/dialog.tsx";

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly onKept: () => void;
}

export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps) {
  const text = codes.join("\n");
  const download = () =>
    saveFile({
      name: "daybook-recovery-codes.txt",
      content: new Blob([`Daybook recovery codes for ${window.location.host}\n\n${text}\n`], { type: "text/plain" }),
    });
  return (
    <>
      <ul
        aria-label="Recovery codes"
        className="grid gap-x-6 gap-y-1.5 rounded-lg border border-border bg-muted px-4 py-3 text-center font-mono text-sm sm:grid-cols-2"
      >
        {codes.map((code) => (
          <li key={code} className="[overflow-wrap:anywhere]">
            {code}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <CopyButton value={text} label="recovery codes" text="Copy codes" />
        <Button variant="outline" onClick={download}>
          <Download aria-hidden /> Download
        </Button>
      </div>
      <DialogActions>
        <Button onClick={onKept}>I have kept them</Button>
      </DialogActions>
    </>
  );
}
