import { openSearch } from "../../src/search/search.ts";
import { loadLog } from "./saved-log.ts";

// Run by the kill test: indexes and tells each position it has reached, until it is killed.
const [, , directory = "", file = ""] = process.argv;
const log = loadLog(file);
const search = await openSearch({
  location: { directory },
  logId: log.id,
  notice: (notice) => process.stdout.write(notice.type === "progress" ? `${notice.position}\n` : ""),
  indexer: { rowsMax: 400, lingerMs: 5, spacingMs: 5, unreadMs: 5 },
});
await search.follow(log, new AbortController().signal);
