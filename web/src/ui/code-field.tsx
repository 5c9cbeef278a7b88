import { useEffect, useRef } from "react";
import { Field, Input } from "./field.tsx";
import { CODE_NAME } from "./typed-code.ts";

interface CodeFieldProps {
  readonly hint?: string;
  readonly error?: string | undefined;
}

/** Takes the six digits that an authenticator app shows, in groups or not. It has the focus as it comes. */
export function CodeField({ hint, error }: CodeFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <Field label="Six-digit code" hint={hint} error={error}>
      {(control) => (
        <Input
          {...control}
          ref={input}
          name={CODE_NAME}
          required
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="\s*(\d\s*){6}"
          title="Six digits"
          maxLength={9}
          className="font-mono tracking-[0.15em]"
        />
      )}
    </Field>
  );
}
