import { useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { LineIcon } from "./line-icon.tsx";

const CONFIRMED_FOR_MS = 1600;

type CopyState = "idle" | "copied" | "failed";

function doneText(state: CopyState, label: string): string {
  if (state === "idle") return "";
  return state === "copied" ? `${label} copied` : "The browser did not allow copying";
}

interface CopyButtonProps {
  readonly value: string;
  readonly label: string;
  /** What the button says; without it, it is an icon. */
  readonly text?: string;
  /** Says what was done, where many such buttons share one place to say it. */
  readonly say?: (done: string) => void;
}

/** Copies the recorded value exactly, whatever of it is shown. */
export function CopyButton({ value, label, text, say }: CopyButtonProps) {
  const [state, setState] = useState<CopyState>("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), CONFIRMED_FOR_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    const written = navigator.clipboard?.writeText(value) ?? Promise.reject(new Error("no clipboard"));
    const done = (next: CopyState) => {
      setState(next);
      say?.(doneText(next, label));
    };
    written.then(
      () => done("copied"),
      () => done("failed"),
    );
  };
  const icon = state === "copied" ? <LineIcon name="check" className="text-added" /> : <LineIcon name="copy" />;
  const button =
    text === undefined ? (
      <Button variant="ghost" size="inline" aria-label={`Copy ${label}`} title={`Copy ${label}`} onClick={copy}>
        {icon}
      </Button>
    ) : (
      <Button variant="outline" onClick={copy}>
        {icon} {state === "copied" ? "Copied" : text}
      </Button>
    );
  if (say) return button;
  return (
    <span className="inline-flex items-center">
      {button}
      <span role="status" className="sr-only">
        {doneText(state, label)}
      </span>
    </span>
  );
}
