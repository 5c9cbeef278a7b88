import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { beginTwoFactor, confirmTwoFactor, type TwoFactorSecret } from "../api/profile.ts";
import { Refusal } from "../shell/failure.tsx";
import { useRefreshSession } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { CodeField } from "../ui/code-field.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormActions } from "../ui/form-actions.tsx";
import { typedCode } from "../ui/typed-code.ts";
import { PasswordStep } from "./password-step.tsx";
import { QrCode } from "./qr-code.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";

type Step =
  | { readonly name: "password" }
  | { readonly name: "scan"; readonly setup: TwoFactorSecret }
  | { readonly name: "codes"; readonly codes: readonly string[] };

const STEPS: Record<Step["name"], { title: string; description: string }> = {
  password: { title: "Set up two-factor", description: "Enter your password. Then set up an authenticator app." },
  scan: {
    title: "Scan with your authenticator app",
    description: "Then type the six digits that it shows. Two-factor turns on once the code is confirmed.",
  },
  codes: {
    title: "Keep your recovery codes",
    description:
      "Two-factor is on. Without your phone, each of these codes signs you in once. They are shown only now.",
  },
};

export function TwoFactorSetupDialog() {
  const refreshSession = useRefreshSession();
  const [open, setOpen] = useState(false);
  const [step, setStep] = useState<Step>({ name: "password" });
  const change = (next: boolean) => {
    setOpen(next);
    if (next) setStep({ name: "password" });
  };
  const finish = () => {
    setOpen(false);
    void refreshSession();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      dismissible={step.name !== "codes"}
      {...STEPS[step.name]}
      trigger={<Button variant="outline">Set up</Button>}
    >
      {step.name === "password" && (
        <PasswordStep
          action="Continue"
          onCancel={() => setOpen(false)}
          submit={async (password) => setStep({ name: "scan", setup: await beginTwoFactor(password) })}
        />
      )}
      {step.name === "scan" && (
        <ScanStep
          setup={step.setup}
          onCancel={() => setOpen(false)}
          onConfirmed={() => setStep({ name: "codes", codes: step.setup.recovery_codes })}
        />
      )}
      {step.name === "codes" && <RecoveryCodes codes={step.codes} onKept={finish} />}
    </Dialog>
  );
}

interface ScanStepProps {
  readonly setup: TwoFactorSecret;
  readonly onCancel: () => void;
  readonly onConfirmed: () => void;
}

/** In groups of four, as it is easier to type. */
function grouped(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}

function ScanStep({ setup, onCancel, onConfirmed }: ScanStepProps) {
  const { mutate, error, isPending } = useMutation({ mutationFn: confirmTwoFactor, onSuccess: onConfirmed });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isPending) mutate(typedCode(event.currentTarget));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <QrCode text={setup.uri} label="QR code for your authenticator app" />
      <div className="flex flex-col items-center gap-0.5 text-center">
        <span className="text-xs text-muted-foreground">Or type this secret into the app</span>
        <span className="flex items-center gap-1">
          <span className="font-mono text-xs [overflow-wrap:anywhere]">{grouped(setup.secret)}</span>
          <CopyButton value={setup.secret} label="secret" />
        </span>
      </div>
      <Refusal error={error} fields={["/code"]} />
      <CodeField error={fieldMessage(problemOrNull(error), "/code")} />
      <FormActions action="Turn on" pending={isPending} onCancel={onCancel} />
    </form>
  );
}
