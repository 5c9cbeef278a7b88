import { cva, type VariantProps } from "class-variance-authority";
import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";

const bannerVariants = cva("flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border px-3.5 py-2 text-sm", {
  variants: {
    tone: {
      failure: "border-failure-border bg-failure-surface text-foreground [&>svg]:text-failure",
      caution: "border-caution-border bg-caution-surface text-foreground [&>svg]:text-caution",
      neutral: "border-border bg-muted text-foreground [&>svg]:text-muted-foreground",
    },
  },
});

interface BannerProps extends Omit<ComponentProps<"div">, "role">, VariantProps<typeof bannerVariants> {
  readonly icon: LucideIcon;
  readonly actions?: ReactNode;
}

/** A message above what it is about. A failure interrupts a screen reader, the others wait. */
export function Banner({ tone, icon: Icon, actions, className, children, ...props }: BannerProps) {
  return (
    <div
      data-slot="banner"
      role={tone === "failure" ? "alert" : "status"}
      className={cn(bannerVariants({ tone }), className)}
      {...props}
    >
      <Icon aria-hidden className="mt-1.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1 basis-52 py-1 break-words">{children}</div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}

interface NoticeProps extends Omit<ComponentProps<"div">, "title"> {
  readonly icon: LucideIcon;
  readonly title: string;
  /** "h1" where the state is the whole page. */
  readonly heading?: "h1" | "h2";
}

/** A state of its own, in the place of what is not there. */
export function Notice({ icon: Icon, title, heading: Heading = "h2", className, children, ...props }: NoticeProps) {
  return (
    <div
      data-slot="notice"
      className={cn(
        "mx-auto flex w-full max-w-xl flex-col items-center px-6 py-16 text-center max-lg:py-12",
        className,
      )}
      {...props}
    >
      <span className="mb-4 flex size-10 items-center justify-center rounded-lg border border-border bg-muted text-muted-foreground">
        <Icon aria-hidden className="size-5" />
      </span>
      <Heading className="text-lg font-semibold tracking-[-0.01em] text-balance">{title}</Heading>
      {children}
    </div>
  );
}

/** The number to name when asking for help. */
export function RequestId({ id }: { id: string | undefined }) {
  if (id === undefined) return null;
  return (
    <span className="text-xs text-muted-foreground">
      Request <span className="font-mono break-all">{id}</span>
    </span>
  );
}
