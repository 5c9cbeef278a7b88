import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { account } from "../identity/postgres.ts";
import { temporaryDirectory } from "../support/server.ts";

/** A file system of 2 MiB in memory, with a directory that PostgreSQL can put tables into. */
export class SmallDisk {
  /** Whether this account can mount one. */
  readonly mounted: boolean;
  readonly directory: string;
  private readonly root = temporaryDirectory();
  private readonly filler = join(this.root, "filler");

  constructor() {
    this.directory = join(this.root, "tables");
    const options = ["-t", "tmpfs", "-o", "size=2m,mode=755", "daybook-test", this.root];
    this.mounted = spawnSync("mount", options, { stdio: "ignore" }).status === 0;
    if (!this.mounted) {
      process.stdout.write("skipped: PostgreSQL on a full disk. This account cannot mount a small file system.\n");
      return;
    }
    mkdirSync(this.directory, { mode: 0o700 });
    const { uid, gid } = account();
    if (uid !== undefined && gid !== undefined) chownSync(this.directory, uid, gid);
  }

  /** Takes all the space there is. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.root);
    writeFileSync(this.filler, Buffer.alloc(bavail * bsize));
  }

  /** Gives it back. */
  empty(): void {
    rmSync(this.filler);
  }

  remove(): void {
    spawnSync("umount", [this.root], { stdio: "inherit" });
    rmSync(this.root, { recursive: true });
  }
}
