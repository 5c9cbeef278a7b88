import type { ChosenFile } from "./export.ts";
import { type ExportFormat, FORMATS } from "./formats.ts";

/** The File System Access API, where the browser has it (https://wicg.github.io/file-system-access/). */
interface SavePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<ChosenFile>;
}

/** Whether a file can be chosen to write to as the bytes come: not in every browser, and in no frame. */
export function canChooseFile(): boolean {
  return window.top === window && (window as SavePicker).showSaveFilePicker !== undefined;
}

/** Asks where to save. Must be called while a click is being handled. @returns undefined when the person chose nothing. */
export async function chooseFile(organization: string, format: ExportFormat): Promise<ChosenFile | undefined> {
  const suggestedName = `audit-logs_${organization}.${FORMATS[format].extension}`;
  try {
    return await (window as SavePicker).showSaveFilePicker?.({ suggestedName });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
}
