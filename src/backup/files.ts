import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { syncDirectory } from "../durable-file.ts";
import { contentOf, copyDatabase, copyFile, linkFile, type Stamp, stampOf } from "./copy-file.ts";
import type { ManifestFile } from "./manifest.ts";

/** What was copied so far, in files and bytes. */
export interface CopyProgress {
  readonly files: number;
  readonly bytes: number;
  /** Files that the backup before has, and that were only given a second name. */
  readonly linked: number;
}

/** A backup that was taken before: its complete files are not copied again. */
export interface EarlierBackup {
  readonly directory: string;
  readonly files: ReadonlyMap<string, ManifestFile>;
}

/** Puts files into a backup's directory, and knows what each one holds. */
export class FileCopier {
  private readonly directory: string;
  private readonly earlier: EarlierBackup | undefined;
  private readonly onProgress: (progress: CopyProgress) => void;
  private readonly files = new Map<string, ManifestFile>();
  private progress = { files: 0, bytes: 0, linked: 0 };

  constructor(directory: string, earlier: EarlierBackup | undefined, onProgress: (progress: CopyProgress) => void) {
    this.directory = directory;
    this.earlier = earlier;
    this.onProgress = onProgress;
  }

  get copied(): CopyProgress {
    return this.progress;
  }

  /**
   * Copies a file, or gives the copy that an earlier backup has a second name.
   * @param complete it never changes any more. Otherwise it is copied again each time.
   */
  async copy(from: string, path: string, complete: boolean): Promise<void> {
    const source = complete ? stampOf(from) : undefined;
    if (source !== undefined && (sameStamp(this.files.get(path), source) || this.link(path, source))) return;
    const to = this.emptyPlace(path);
    const content = await copyFile(from, to, (bytes) => this.moved(0, bytes));
    // Only a file that was complete before it was copied is known to be the same next time.
    this.files.set(path, { path, ...content, ...(source !== undefined && { source }) });
    this.moved(1, 0);
  }

  /** Copies a database as it is now. @param complete it is no longer written to. */
  async copyDatabase(from: string, path: string, complete: boolean): Promise<void> {
    const isAtRest = complete && (stampOf(`${from}-wal`)?.bytes ?? 0) === 0;
    const source = isAtRest ? stampOf(from) : undefined;
    if (source !== undefined && this.link(path, source)) return;
    const to = this.emptyPlace(path);
    copyDatabase(from, to);
    const content = await contentOf(to);
    this.files.set(path, { path, ...content, ...(source !== undefined && { source }) });
    this.moved(1, content.bytes);
  }

  /** Takes a file as it is by now: it was changed in its place. */
  async changed(path: string): Promise<void> {
    this.files.set(path, { path, ...(await contentOf(join(this.directory, path))) });
  }

  /** Removes what is in a folder and not wanted. */
  keepOnly(folder: string, wanted: ReadonlySet<string>): void {
    for (const path of [...this.files.keys()]) {
      if (!path.startsWith(`${folder}/`) || wanted.has(path)) continue;
      rmSync(join(this.directory, path));
      this.files.delete(path);
    }
  }

  /** Makes every name durable. @returns what the backup consists of. */
  finish(): ManifestFile[] {
    const folders = new Set([...this.files.keys()].map((path) => dirname(path)));
    for (const folder of [...folders, "."]) syncDirectory(join(this.directory, folder));
    return [...this.files.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  private link(path: string, source: Stamp): boolean {
    const before = this.earlier?.files.get(path);
    if (this.earlier === undefined || before === undefined || !sameStamp(before, source)) return false;
    const copy = join(this.earlier.directory, path);
    // One that is gone, or cut short, must not be passed on.
    if (stampOf(copy)?.bytes !== before.bytes || !linkFile(copy, this.emptyPlace(path))) return false;
    this.files.set(path, before);
    this.progress = { ...this.progress, linked: this.progress.linked + 1 };
    this.onProgress(this.progress);
    return true;
  }

  private emptyPlace(path: string): string {
    const to = join(this.directory, path);
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    rmSync(to, { force: true });
    return to;
  }

  private moved(files: number, bytes: number): void {
    this.progress = { ...this.progress, files: this.progress.files + files, bytes: this.progress.bytes + bytes };
    this.onProgress(this.progress);
  }
}

function sameStamp(file: ManifestFile | undefined, { bytes, modified_ms }: Stamp): boolean {
  return file?.source?.bytes === bytes && file.source.modified_ms === modified_ms;
}
