import { LockKeyholeOpen } from "lucide-react";
import type { ReactNode } from "react";
import { Banner } from "../ui/notice.tsx";
import { BrandMark } from "./brand.tsx";

/** The frame of the pages before the sign-in. */
export function Entrance({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) {
  return (
    <main data-entrance className="flex min-h-dvh flex-col items-center bg-sidebar px-4 py-[max(2rem,10dvh)]">
      <div className="w-full max-w-[25rem]">
        <div className="mb-6 flex flex-col items-center text-center">
          <BrandMark className="mb-5 size-11" />
          <h1 className="text-xl font-semibold tracking-[-0.02em]">{title}</h1>
          {intro && <p className="mt-1.5 text-base text-pretty text-muted-foreground">{intro}</p>}
        </div>
        {!window.isSecureContext && (
          <Banner tone="caution" icon={LockKeyholeOpen} className="mb-4">
            <strong className="font-semibold">HTTPS is needed.</strong> You opened this page over plain HTTP from
            another machine, where the browser drops the session cookie. So you cannot sign in. Open Daybook over HTTPS,
            or on the machine it runs on.
          </Banner>
        )}
        <div className="rounded-xl border border-border bg-card p-6 max-lg:p-5">{children}</div>
      </div>
    </main>
  );
}
