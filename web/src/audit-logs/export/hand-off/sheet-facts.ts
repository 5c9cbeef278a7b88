import type { BundleHead } from "@daybook/sdk/bundle";

/** Which of the log's entries the file holds, and what that proves. */
export function contentsText({ contents, start, end, organization }: BundleHead): string {
  if (contents === "selection" || start === undefined || end === undefined) {
    return "A selection: every entry is proven authentic. Entries can be missing.";
  }
  return `Complete: every entry of ${organization} from sequence ${start} to ${end - 1}. None is missing.`;
}
