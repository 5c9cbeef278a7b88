import type { EntryPacking } from "../../packing.ts";
import { checkSealed, type SealedEnds } from "../check-sealed.ts";
import type { Disk } from "../disk.ts";
import { LogCorruption } from "../errors.ts";
import { type SegmentForm, type SegmentName, segmentPath } from "../segment.ts";

/** A start found a segment in both forms, kept one that is sound, and removed the other. */
export interface RemovedTwin {
  readonly kept: string;
  readonly removed: string;
  /** What is wrong with the one that was removed; undefined when it only was no longer needed. */
  readonly damage: string | undefined;
}

/** Which of a segment's forms to read. */
export interface ChosenForm {
  readonly form: SegmentForm;
  /** What is wrong with the other one. */
  readonly damage: string | undefined;
}

/**
 * Decides which form of a segment counts, by reading both whole. Where both are sound they hold the same, and the compressed one counts.
 * @throws LogCorruption when neither is sound, or both are and differ; LogUnsupported; LogIoError.
 */
export async function chooseForm(
  disk: Disk,
  directory: string,
  { firstPosition, forms }: SegmentName,
  packing: EntryPacking,
): Promise<ChosenForm> {
  const [only] = forms;
  if (forms.length === 1 && only !== undefined) return { form: only, damage: undefined };
  const compressed = await soundness(disk, directory, firstPosition, "compressed", packing);
  const raw = await soundness(disk, directory, firstPosition, "raw", packing);
  if (compressed instanceof LogCorruption) {
    if (raw instanceof LogCorruption) throw compressed;
    return { form: "raw", damage: damageText(compressed) };
  }
  if (raw instanceof LogCorruption) return { form: "compressed", damage: damageText(raw) };
  if (!holdSame(compressed, raw)) {
    const path = segmentPath(directory, firstPosition, "compressed");
    throw new LogCorruption(path, 0, "it is sound, and so is the raw segment beside it, and they are not the same");
  }
  return { form: "compressed", damage: undefined };
}

/**
 * Removes the form of a segment that does not count. If it comes back after a power loss, the next start removes it again.
 * @throws as `chooseForm`; nothing is removed then.
 */
export async function removeTwin(
  disk: Disk,
  directory: string,
  name: SegmentName,
  packing: EntryPacking,
): Promise<{ twin: RemovedTwin; form: SegmentForm }> {
  const { form, damage } = await chooseForm(disk, directory, name, packing);
  const kept = segmentPath(directory, name.firstPosition, form);
  const removed = segmentPath(directory, name.firstPosition, form === "raw" ? "compressed" : "raw");
  await disk.unlink(removed);
  return { twin: { kept, removed, damage }, form };
}

async function soundness(
  disk: Disk,
  directory: string,
  firstPosition: number,
  form: SegmentForm,
  packing: EntryPacking,
): Promise<SealedEnds | LogCorruption> {
  const path = segmentPath(directory, firstPosition, form);
  const file = await disk.open(path, "read");
  try {
    const ends = await checkSealed({ file, path, form }, packing, async () => true);
    if (ends?.header.firstPosition === firstPosition) return ends;
    return new LogCorruption(path, 32, "its header says that it begins elsewhere");
  } catch (error) {
    if (error instanceof LogCorruption) return error;
    throw error;
  } finally {
    await file.close();
  }
}

/** The chain commits to every entry, and to all before them. */
function holdSame(one: SealedEnds, other: SealedEnds): boolean {
  return (
    one.header.logId.equals(other.header.logId) &&
    one.header.logicalOffset === other.header.logicalOffset &&
    one.summary.chainHash.equals(other.summary.chainHash)
  );
}

function damageText({ reason, offset }: LogCorruption): string {
  return `${reason}, at byte ${offset}`;
}
