import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";

const CONFIRMED_FOR_MS = 1600;

type CopyState = "idle" | "copied" | "failed";

interface CopyButtonProps {
  readonly value: string;
  readonly label: string;
  /** What the button says; without it, it is an icon. */
  readonly text?: string;
}

/** Copies the recorded value exactly, whatever of it is shown. */
export function CopyButton({ value, label, text }: CopyButtonProps) {
  const [state, setState] = useState<CopyState>("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), CONFIRMED_FOR_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    const written = navigator.clipboard?.writeText(value) ?? Promise.reject(new Error("no clipboard"));
    written.then(
      () => setState("copied"),
      () => setState("failed"),
    );
  };
  const icon = state === "copied" ? <Check aria-hidden className="text-added" /> : <Copy aria-hidden />;
  return (
    <span className="inline-flex items-center">
      {text === undefined ? (
        <Button variant="ghost" size="inline" aria-label={`Copy ${label}`} title={`Copy ${label}`} onClick={copy}>
          {icon}
        </Button>
      ) : (
        <Button variant="outline" onClick={copy}>
          {icon} {state === "copied" ? "Copied" : text}
        </Button>
      )}
      <span role="status" className="sr-only">
        {state === "copied" && `${label} copied`}
        {state === "failed" && "The browser did not allow copying"}
      </span>
    </span>
  );
}
