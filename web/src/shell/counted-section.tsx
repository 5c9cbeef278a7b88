import type { ReactNode } from "react";

interface CountedSectionProps {
  /** What there is several of, in lower case: "streams". */
  readonly many: string;
  readonly one: string;
  /** Undefined until it is known. */
  readonly count: number | undefined;
  /** The button that adds one, if they can. */
  readonly add: ReactNode;
  readonly children: ReactNode;
}

/** A list under a title that says how many it holds. */
export function CountedSection({ many, one, count, add, children }: CountedSectionProps) {
  const id = `${many}-title`;
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id={id} className="text-base font-semibold tabular-nums">
          {count === undefined
            ? `${many.charAt(0).toUpperCase()}${many.slice(1)}`
            : `${count} ${count === 1 ? one : many}`}
        </h2>
        {add}
      </div>
      {children}
    </section>
  );
}
