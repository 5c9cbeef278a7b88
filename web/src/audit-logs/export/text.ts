import { countNumber } from "../../text/count-text.ts";
import type { Progress } from "./export.ts";

/** "24 kB", "3.1 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1000)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** "12,408 rows, 3.1 MB". */
export function progressText({ rows, bytes }: Progress): string {
  return `${rows === 1 ? "1 row" : `${countNumber(rows)} rows`}, ${sizeText(bytes)}`;
}
