import { type FormEvent, useEffect, useRef, useState } from "react";
import { Refusal } from "../shell/failure.tsx";
import { Button } from "../ui/button.tsx";
import { CodeField } from "../ui/code-field.tsx";
import { Field, Input } from "../ui/field.tsx";
import { formText } from "../ui/form-text.ts";
import { Spinner } from "../ui/spinner.tsx";
import { typedCode } from "../ui/typed-code.ts";

interface CodeStepProps {
  readonly error: Error | null;
  readonly pending: boolean;
  readonly onCode: (code: string) => void;
  readonly onBack: () => void;
}

/** The second step of a sign-in: a code of the authenticator app, or a recovery code. */
export function CodeStep({ error, pending, onCode, onBack }: CodeStepProps) {
  const [recovery, setRecovery] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!pending) onCode(recovery ? formText(form, "code").trim() : typedCode(form));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Refusal error={error} />
      {recovery ? <RecoveryCodeField /> : <CodeField hint="Your authenticator app shows it." />}
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

/** It has the focus as it comes. */
function RecoveryCodeField() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <Field label="Recovery code" hint="One of the codes that you saved. It works once.">
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
  );
}
