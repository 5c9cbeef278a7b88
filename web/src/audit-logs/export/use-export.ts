import { useCallback, useEffect, useRef, useState } from "react";
import { Problem } from "../../api/problem.ts";
import { saveFile } from "../../save-file.ts";
import { useLogAccess } from "../log-access.ts";
import type { ChosenFile, Progress } from "./export.ts";
import type { ExportFormat } from "./formats.ts";
import type { Sealed } from "./hand-off/sealing.ts";

/** What is exported: a query, as a file of some format. */
interface ExportOrder {
  readonly query: URLSearchParams;
  readonly format: ExportFormat;
  /** Undefined for the browser's downloads. */
  readonly file?: ChosenFile | undefined;
}

/** `of`: the query that was exported. `sealed`: of a bundle, what its cover sheet says. */
export type ExportDone = {
  readonly phase: "done";
  readonly name: string;
  readonly of: string;
  readonly sealed?: Sealed;
} & Progress;

export type ExportState =
  | { readonly phase: "idle" }
  | ({ readonly phase: "running" } & Progress)
  | ExportDone
  | { readonly phase: "failed"; readonly problem: Problem };

export interface Exporting {
  readonly state: ExportState;
  readonly start: (order: ExportOrder) => Promise<void>;
  readonly cancel: () => void;
  /** The same once more, after a failure. */
  readonly retry: () => void;
  /** Forgets how it ended. */
  readonly dismiss: () => void;
}

const IDLE: ExportState = { phase: "idle" };
const NOTHING: Progress = { rows: 0, bytes: 0 };
/** More often than this no eye follows, and the page has better things to draw. */
const SHOW_EVERY_MS = 100;

/** One export at a time; leaving the page ends it. */
export function useExport(): Exporting {
  const { request, onOver } = useLogAccess();
  const [state, setState] = useState<ExportState>(IDLE);
  const running = useRef<AbortController>(null);
  const last = useRef<ExportOrder>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = useCallback(
    async (order: ExportOrder) => {
      const controller = new AbortController();
      const { signal } = controller;
      running.current?.abort();
      running.current = controller;
      last.current = order;
      setState({ phase: "running", ...NOTHING });
      let now = NOTHING;
      let shownAt = 0;
      const onProgress = (progress: Progress) => {
        now = progress;
        if (signal.aborted || performance.now() - shownAt < SHOW_EVERY_MS) return;
        shownAt = performance.now();
        setState({ phase: "running", ...progress });
      };
      try {
        const { format, file } = order;
        // Loaded once somebody exports: the first script is small without it.
        const { fetchExport } = await import("./export.ts");
        const { content, ...exported } = await fetchExport(request, order.query, { format, signal, onProgress, file });
        if (content) saveFile({ name: exported.name, content });
        setState({ phase: "done", ...exported, of: order.query.toString(), ...now });
      } catch (error) {
        // Another one may be running by now.
        if (signal.aborted) return;
        const problem =
          error instanceof Problem ? error : new Problem("unreadable", "The export failed", { cause: error });
        setState({ phase: "failed", problem });
        if (problem.code === "unauthenticated") onOver();
      }
    },
    [request, onOver],
  );
  const cancel = useCallback(() => {
    running.current?.abort();
    setState(IDLE);
  }, []);
  const retry = useCallback(() => {
    if (last.current) void start(last.current);
  }, [start]);
  const dismiss = useCallback(() => setState(IDLE), []);
  return { state, start, cancel, retry, dismiss };
}
