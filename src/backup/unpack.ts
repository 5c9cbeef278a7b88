import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { syncDirectory } from "../durable-file.ts";
import { SigningKeys } from "../tree/index.ts";
import { WrongPlace } from "./backup.ts";
import { copyFile } from "./copy-file.ts";
import type { CopyProgress } from "./files.ts";
import { BackupRefused, type Manifest, verifyManifest } from "./manifest.ts";

/**
 * Copies a backup into an empty data directory. Its manifest must be signed by one of its own keys, or of those that the caller trusts, and each
 * file must be the one that the manifest names. What was copied of one that is not goes again.
 *
 * @param trusted public keys, 32 bytes each. @throws BackupRefused, WrongPlace
 */
export async function unpack(
  backup: string,
  dataDir: string,
  trusted: readonly Uint8Array[] | undefined,
  onProgress: (progress: CopyProgress) => void,
): Promise<Manifest> {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) throw new WrongPlace(`${dataDir} is not empty.`);
  const manifest = await verifyManifest(backup, trusted ?? ownKeys(backup));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    await copyAll(backup, dataDir, manifest, onProgress);
  } catch (error) {
    emptyDirectory(dataDir);
    throw error;
  }
  return manifest;
}

/** Leaves the directory itself, which may be where a volume is mounted. */
export function emptyDirectory(directory: string): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
}

async function copyAll(
  backup: string,
  dataDir: string,
  { files }: Manifest,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  let progress = { files: 0, bytes: 0, linked: 0 };
  const folders = new Set<string>(["."]);
  for (const { path, bytes, sha256 } of files) {
    folders.add(dirname(path));
    mkdirSync(join(dataDir, dirname(path)), { recursive: true, mode: 0o700 });
    const from = join(backup, path);
    if (!existsSync(from)) throw new BackupRefused(`${from} is missing.`);
    const content = await copyFile(from, join(dataDir, path), (copied) => {
      progress = { ...progress, bytes: progress.bytes + copied };
      onProgress(progress);
    });
    if (content.bytes !== bytes || content.sha256 !== sha256) {
      throw new BackupRefused(`${from} is not the file that was backed up.`);
    }
    progress = { ...progress, files: progress.files + 1 };
  }
  for (const folder of folders) syncDirectory(join(dataDir, folder));
}

function ownKeys(backup: string): Uint8Array[] {
  const keys = join(backup, "keys");
  if (!existsSync(join(keys, "signing.json"))) throw new BackupRefused(`${keys} holds no signing keys.`);
  return SigningKeys.open(keys, Date.now())
    .all()
    .map(({ publicKey }) => publicKey);
}
