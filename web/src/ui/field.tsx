import { CircleAlert } from "lucide-react";
import { type ComponentProps, type ReactNode, useEffect, useId } from "react";
import { cn } from "./cn.ts";

export const inputClass =
  "h-9 w-full min-w-0 rounded-md border border-input bg-card px-3 text-sm text-foreground transition-[border-color] placeholder:text-muted-foreground hover:border-muted-foreground/60 focus-visible:outline-2 focus-visible:outline-offset-0 aria-invalid:border-failure max-lg:h-11 max-lg:text-[1rem]";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input data-slot="input" className={cn(inputClass, className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return (
    <textarea
      className={cn(inputClass, "h-auto resize-y py-2 leading-5 max-lg:h-auto max-lg:leading-6", className)}
      {...props}
    />
  );
}

/** What a control needs to belong to its label, hint and error. */
export interface FieldControl {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly className?: string;
  readonly children: (control: FieldControl) => ReactNode;
}

/** What is wrong with a control, where there is something. */
export function FieldError({ id, children }: { id: string; children: string | undefined }) {
  if (!children) return null;
  return (
    <p id={id} className="flex items-start gap-1.5 text-xs text-failure">
      <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
      {children}
    </p>
  );
}

/** Whoever sent a form gets to the first field that is wrong: in a long form it can be out of sight. */
function useFirstWrong(id: string, error: string | undefined): void {
  useEffect(() => {
    if (!error) return;
    const control = document.getElementById(id);
    if (control === control?.closest("form")?.querySelector("[aria-invalid=true]")) control?.focus();
  }, [id, error]);
}

export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  useFirstWrong(id, error);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div data-slot="field" className={cn("flex min-w-0 flex-col gap-1.5", className)}>
      <label htmlFor={id} className="text-xs font-medium text-muted-foreground">
        {label}
      </label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined })}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-muted-foreground">
          {hint}
        </p>
      )}
      <FieldError id={`${id}-error`}>{error}</FieldError>
    </div>
  );
}
