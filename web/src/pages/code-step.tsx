import { type FormEvent, useEffect, useRef, useState } from "react";
import { Refusal } from "../shell/failure.tsx";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { Spinner } from "../ui/spinner.tsx";

interface CodeStepProps {
  readonly error: Error | null;
  readonly pending: boolean;
  readonly onCode: (code: string) => void;
  readonly onBack: () => void;
}

/** The second step of a sign-in: a code of the authenticator app, or a recovery code. */
export function CodeStep({ error, pending, onCode, onBack }: CodeStepProps) {
  const [recovery, setRecovery] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the other kind of code is another field, to be typed into at once.
  useEffect(() => input.current?.focus(), [recovery]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code") ?? "");
    if (!pending) onCode(recovery ? code.trim() : code.replace(/\s/g, ""));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Refusal error={error} />
      {recovery ? (
        <Field key="recovery" label="Recovery code" hint="One of those you kept. It works once.">
          {(control) => (
            <Input
              {...control}
              ref={input}
              name="code"
              required
              autoComplete="off"
              spellCheck={false}
              maxLength={64}
              className="font-mono"
            />
          )}
        </Field>
      ) : (
        <Field key="app" label="Six-digit code" hint="Your authenticator app shows it.">
          {(control) => (
            <Input
              {...control}
              ref={input}
              name="code"
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
      )}
      <Button type="submit" className="mt-1 w-full" disabled={pending}>
        {pending && <Spinner />} Sign in
      </Button>
      <div className="flex flex-wrap justify-between gap-2">
        <Button variant="link" className="px-0" onClick={onBack}>
          Back
        </Button>
        <Button variant="link" className="px-0" onClick={() => setRecovery(!recovery)}>
          {recovery ? "Use the authenticator app" : "Use a recovery code"}
        </Button>
      </div>
    </form>
  );
}
