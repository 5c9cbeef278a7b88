import { useCallback, useEffect, useRef, useState } from "react";
import { Problem } from "../api/problem.ts";
import { saveFile } from "../files.ts";
import { useLogAccess } from "./access.ts";
import { fetchExport } from "./export.ts";

export type ExportState =
  | { readonly phase: "idle" }
  | { readonly phase: "running"; readonly bytes: number }
  | { readonly phase: "done"; readonly name: string }
  | { readonly phase: "failed"; readonly problem: Problem };

const IDLE: ExportState = { phase: "idle" };

/** One export at a time; leaving the page ends it. */
export function useExport() {
  const { request, onOver } = useLogAccess();
  const [state, setState] = useState<ExportState>(IDLE);
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = useCallback(
    async (query: URLSearchParams) => {
      const controller = new AbortController();
      running.current?.abort();
      running.current = controller;
      setState({ phase: "running", bytes: 0 });
      const onBytes = (bytes: number) => setState({ phase: "running", bytes });
      try {
        const file = await fetchExport(request, query, { signal: controller.signal, onBytes });
        saveFile(file);
        setState({ phase: "done", name: file.name });
      } catch (error) {
        if (controller.signal.aborted) setState(IDLE);
        else {
          const problem =
            error instanceof Problem ? error : new Problem("unreadable", "The export failed", { cause: error });
          setState({ phase: "failed", problem });
          if (problem.code === "unauthenticated") onOver();
        }
      }
    },
    [request, onOver],
  );
  const dismiss = useCallback(() => setState(IDLE), []);
  const cancel = useCallback(() => running.current?.abort(), []);
  return { state, start, cancel, dismiss };
}
