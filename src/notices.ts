import type { LogNotice } from "./log/index.ts";
import type { Logger } from "./logger.ts";
import type { SearchNotice } from "./search/index.ts";
import type { SetAside } from "./set-aside.ts";

/** Writes what the log reports of itself to the server's own log. */
export function reportLogNotice(notice: LogNotice, logger: Logger): void {
  const { kind, ...fields } = notice;
  if (notice.kind === "scanned" && notice.segments === 0) return;
  if ("error" in notice) logger.error(`log: ${kind}`, fields);
  else if (notice.kind === "clock") reportClock(notice, logger);
  else if (notice.kind === "twin") logger.warn("log: a segment was there in two forms; one was removed", fields);
  else logger.info(`log: ${kind}`, fields);
}

function reportClock({ isOff, offset }: LogNotice & { kind: "clock" }, logger: Logger): void {
  const fields = { offset_seconds: Math.round(offset / 1000) };
  if (isOff) {
    logger.error(
      "clock: the wall clock is more than 10 minutes from the log's time; recorded_at continues without it. See docs/operating.md, Clock",
      fields,
    );
  } else logger.info("clock: the wall clock and the log's time agree again", fields);
}

/** @returns what hears that the command that signs fails, or works again. */
export function reportSigning(logger: Logger): (failed: Error | undefined) => void {
  return (failed) => {
    if (failed === undefined) logger.info("signing: the command works again");
    else
      logger.error("signing: the command failed; events are recorded, and their checkpoints wait", { error: failed });
  };
}

/** A store that the log can rebuild was damaged: the server starts, and rebuilds it meanwhile. */
export function reportSetAside(logger: Logger): (notice: SetAside) => void {
  return (notice) => logger.error("a store was damaged: it was set aside, and is rebuilt from the log", { ...notice });
}

/** While search catches up, how often it is reported how far it has come. */
const PROGRESS_MS = 2_000;

const SEARCH_WARNINGS: ReadonlySet<SearchNotice["type"]> = new Set([
  "waiting",
  "engine_ended",
  "engine_replaced",
  "engine_output",
]);

export function reportSearch(logger: Logger): (notice: SearchNotice) => void {
  let reportedAt = 0;
  return ({ type, ...fields }) => {
    if (type === "progress") {
      if (performance.now() - reportedAt < PROGRESS_MS) return;
      reportedAt = performance.now();
    }
    logger[SEARCH_WARNINGS.has(type) ? "warn" : "info"](`search: ${type}`, fields);
  };
}
