import { createHash } from "node:crypto";
import { dirname } from "node:path";
import type { Disk, DiskFile, OpenMode } from "../../src/log/disk.ts";
import type { Random } from "./random.ts";

const SECTOR_BYTES = 512;

type FileChange = { at: number; bytes: Uint8Array } | { length: number };

/** A file: what processes see, what the medium holds, and the changes between the two, in order. Bytes are replaced, never changed in place: disks share them. */
interface File {
  cached: Uint8Array;
  durable: Uint8Array;
  changes: FileChange[];
}

type Node = File | "directory";

/** Names that were given and taken in one directory, at once. */
interface NameChange {
  readonly given: readonly (readonly [string, Node])[];
  readonly taken: readonly string[];
}

export type Operation =
  | "open"
  | "rename"
  | "unlink"
  | "readdir"
  | "mkdir"
  | "fsync-directory"
  | "fstat"
  | "read"
  | "write"
  | "ftruncate"
  | "fdatasync"
  | "fsync"
  | "close";

/** One call as it is about to be carried out. */
export interface Call {
  readonly operation: Operation;
  readonly path: string;
}

/**
 * What becomes of a call. `fail` reports a system error, `before` or `after` it took effect; an fsync that fails `before` also
 * forgets the changes, as Linux does: they stay visible, look clean, and no later fsync writes them. `short` carries a read or
 * write out in part. `kill` ends the process: neither this call (`after`: but this one) nor any later one has an effect.
 */
export type Fate =
  | { readonly kind: "go" }
  | { readonly kind: "skip" }
  | { readonly kind: "short" }
  | { readonly kind: "fail"; readonly code: string; readonly when: "before" | "after" }
  | { readonly kind: "kill"; readonly when: "before" | "after" };

type Take<T> = (part: "whole" | "short") => T;
/** @param syncs the file whose changes are at stake. */
type CallDisk = <T>(operation: Operation, path: string, take: Take<T>, syncs?: File) => Promise<T>;

export const GO: Fate = { kind: "go" };

/**
 * A disk in memory that keeps what is durable apart from what is only cached, and can lose the difference. It is stricter
 * than real file systems where POSIX allows it: an fsync of a file says nothing of its name, unsynced changes reach the medium
 * in any selection and any 512-byte part, and unsynced names in any selection.
 */
export class SimulatedDisk {
  private names = new Map<string, Node>();
  private durableNames = new Map<string, Node>();
  private nameChanges = new Map<string, NameChange[]>();
  private process = 0;
  /** Bytes of all files together. Beyond it writes fall short, then fail. */
  capacity = Number.POSITIVE_INFINITY;
  /** Decides over every call of the running process. */
  decide: (call: Call) => Fate = () => GO;
  /** Called when a fate has killed the process. */
  onKill: () => void = () => undefined;

  constructor() {
    this.names.set("/", "directory");
    this.durableNames.set("/", "directory");
  }

  /** Ends the running process: its calls never return, and have no effect. */
  kill(): void {
    this.process++;
  }

  /** A copy that nobody uses yet, with the same contents, cached and durable. */
  clone(): SimulatedDisk {
    const copy = new SimulatedDisk();
    const nodes = new Map<Node, Node>();
    const copied = (node: Node): Node => {
      if (node === "directory") return node;
      const known = nodes.get(node);
      if (known !== undefined) return known;
      const file = { ...node, changes: [...node.changes] };
      nodes.set(node, file);
      return file;
    };
    copy.names = new Map([...this.names].map(([path, node]) => [path, copied(node)]));
    copy.durableNames = new Map([...this.durableNames].map(([path, node]) => [path, copied(node)]));
    copy.nameChanges = new Map(
      [...this.nameChanges].map(([directory, changes]) => [
        directory,
        changes.map(({ given, taken }) => ({
          given: given.map(([path, node]) => [path, copied(node)] as const),
          taken,
        })),
      ]),
    );
    return copy;
  }

  /** Ends the process and keeps of everything unsynced what chance wills. */
  losePower(random: Random): void {
    this.kill();
    const names = new Map(this.durableNames);
    const keepNames = random.pick([0, 0.5, 1]);
    for (const changes of this.nameChanges.values()) {
      for (const change of changes) if (random.chance(keepNames)) applyNames(names, change);
    }
    for (const path of [...names.keys()]) {
      if (!hasAncestors(names, path)) names.delete(path);
    }
    for (const node of new Set([...names.values(), ...this.names.values()])) {
      if (node === "directory") continue;
      for (const change of node.changes) {
        node.durable = applyInPart(node.durable, change, random.pick([0, 0.5, 1]), random);
      }
      node.cached = node.durable;
      node.changes = [];
    }
    this.names = names;
    this.durableNames = new Map(names);
    this.nameChanges = new Map();
  }

  /** What a process sees now, or undefined when there is no such file. */
  content(path: string): Uint8Array | undefined {
    const node = this.names.get(path);
    return node === undefined || node === "directory" ? undefined : node.cached;
  }

  /** Changes a file as rotten hardware does: unseen, and for good. */
  overwrite(path: string, content: Uint8Array): void {
    const file = this.file(path);
    file.cached = Uint8Array.from(content);
    file.durable = Uint8Array.from(content);
    file.changes = [];
  }

  /** The same for disks on which processes see the same. */
  fingerprint(): string {
    const hash = createHash("sha256");
    for (const path of [...this.names.keys()].sort()) {
      const content = this.content(path);
      hash.update(`${path} ${content?.length}\n`);
      if (content !== undefined) hash.update(content);
    }
    return hash.digest("base64");
  }

  paths(): string[] {
    return [...this.names].flatMap(([path, node]) => (node === "directory" ? [] : path));
  }

  /** The disk as a new process sees it. Killing that process leaves its calls without effect for ever. */
  attach(): Disk {
    const process = ++this.process;
    const call: CallDisk = (operation, path, take, file) => this.call(process, { operation, path }, take, file);
    return {
      lock: async () => ({ isNew: false, isHeld: () => true, release: () => undefined }),
      open: (path, mode) => call("open", path, () => this.openFile(path, mode, call)),
      rename: (from, to) =>
        call("rename", to, () => {
          const node = this.file(from);
          this.changeNames(dirname(to), { given: [[to, node]], taken: [from] });
        }),
      unlink: (path) =>
        call("unlink", path, () => {
          this.file(path);
          this.changeNames(dirname(path), { given: [], taken: [path] });
        }),
      list: (directory) =>
        call("readdir", directory, () => {
          if (this.names.get(directory) !== "directory") throw systemError("ENOENT");
          const prefix = `${directory}/`;
          return [...this.names.keys()]
            .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes("/"))
            .map((path) => path.slice(prefix.length));
        }),
      mkdir: (directory) =>
        call("mkdir", directory, () => {
          if (this.names.has(directory)) throw systemError("EEXIST");
          if (this.names.get(dirname(directory)) !== "directory") throw systemError("ENOENT");
          this.changeNames(dirname(directory), { given: [[directory, "directory"]], taken: [] });
        }),
      syncDirectory: (directory) =>
        call("fsync-directory", directory, () => {
          for (const change of this.nameChanges.get(directory) ?? []) applyNames(this.durableNames, change);
          this.nameChanges.delete(directory);
        }),
    };
  }

  private async call<T>(process: number, call: Call, take: Take<T>, file?: File): Promise<T> {
    const never = new Promise<T>(() => undefined);
    if (process !== this.process) return never;
    const fate = this.decide(call);
    if (process !== this.process) return never;
    if (fate.kind === "kill") {
      if (fate.when === "after") take("whole");
      this.kill();
      this.onKill();
      return never;
    }
    if (fate.kind === "fail") {
      if (fate.when === "after") take("whole");
      else if (file !== undefined) file.changes = [];
      throw systemError(fate.code);
    }
    if (fate.kind === "skip") return undefined as T;
    return take(fate.kind === "short" ? "short" : "whole");
  }

  /** A call that returns before anything else happens: a process that dies in it never sees the error. */
  private callNow(call: Call): void {
    const fate = this.decide(call);
    if (fate.kind === "fail") throw systemError(fate.code);
    if (fate.kind !== "kill") return;
    this.kill();
    this.onKill();
    throw systemError("EIO");
  }

  private openFile(path: string, mode: OpenMode, call: CallDisk): DiskFile {
    if (mode === "create") this.createFile(path);
    const file = this.file(path);
    const sync = () => {
      for (const change of file.changes) file.durable = apply(file.durable, change);
      file.changes = [];
    };
    return {
      size: () => call("fstat", path, () => file.cached.length),
      read: (into, position) =>
        call("read", path, (part) => {
          const wanted = part === "short" ? Math.ceil(into.length / 2) : into.length;
          const bytes = file.cached.subarray(position, position + wanted);
          into.set(bytes);
          return bytes.length;
        }),
      readSync: (into, position) => {
        this.callNow({ operation: "read", path });
        const bytes = file.cached.subarray(position, position + into.length);
        into.set(bytes);
        return bytes.length;
      },
      write: (from, position) =>
        call("write", path, (part) => {
          const room = this.capacity - this.usedBytes() + Math.max(0, file.cached.length - position);
          const wanted = part === "short" ? Math.ceil(from.length / 2) : from.length;
          // A Buffer's own slice would share the writer's memory.
          const bytes = Uint8Array.from(from.subarray(0, Math.min(wanted, Math.max(0, room))));
          if (bytes.length === 0 && wanted > 0) throw systemError("ENOSPC");
          change(file, { at: position, bytes });
          return bytes.length;
        }),
      truncate: (length) => call("ftruncate", path, () => change(file, { length })),
      datasync: () => call("fdatasync", path, sync, file),
      sync: () => call("fsync", path, sync, file),
      close: () => call("close", path, () => undefined),
    };
  }

  private createFile(path: string): void {
    if (this.names.get(dirname(path)) !== "directory") throw systemError("ENOENT");
    const standing = this.names.get(path);
    if (standing === "directory") throw systemError("EISDIR");
    if (standing !== undefined) {
      change(standing, { length: 0 });
      return;
    }
    const file: File = { cached: new Uint8Array(), durable: new Uint8Array(), changes: [] };
    this.changeNames(dirname(path), { given: [[path, file]], taken: [] });
  }

  private file(path: string): File {
    const node = this.names.get(path);
    if (node === undefined) throw systemError("ENOENT");
    if (node === "directory") throw systemError("EISDIR");
    return node;
  }

  private changeNames(directory: string, change: NameChange): void {
    applyNames(this.names, change);
    this.nameChanges.set(directory, [...(this.nameChanges.get(directory) ?? []), change]);
  }

  private usedBytes(): number {
    let bytes = 0;
    for (const node of new Set(this.names.values())) if (node !== "directory") bytes += node.cached.length;
    return bytes;
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}

function change(file: File, change: FileChange): void {
  file.cached = apply(file.cached, change);
  file.changes.push(change);
}

function apply(content: Uint8Array, change: FileChange): Uint8Array {
  if ("length" in change) {
    const cut = new Uint8Array(change.length);
    cut.set(content.subarray(0, change.length));
    return cut;
  }
  const end = change.at + change.bytes.length;
  const grown = end > content.length ? new Uint8Array(end) : content.slice();
  if (end > content.length) grown.set(content);
  grown.set(change.bytes, change.at);
  return grown;
}

/** The change as a power loss leaves it: each sector of a write there or not. The file may have grown all the same. */
function applyInPart(content: Uint8Array, change: FileChange, keep: number, random: Random): Uint8Array {
  if ("length" in change) return random.chance(keep) ? apply(content, change) : content;
  const end = change.at + change.bytes.length;
  let result = random.chance(keep) && end > content.length ? apply(content, { length: end }) : content;
  for (let from = change.at; from < end; ) {
    const to = Math.min(end, (Math.floor(from / SECTOR_BYTES) + 1) * SECTOR_BYTES);
    if (random.chance(keep)) {
      result = apply(result, { at: from, bytes: change.bytes.subarray(from - change.at, to - change.at) });
    }
    from = to;
  }
  return result;
}

function applyNames(names: Map<string, Node>, { given, taken }: NameChange): void {
  for (const path of taken) names.delete(path);
  for (const [path, node] of given) names.set(path, node);
}

function hasAncestors(names: Map<string, Node>, path: string): boolean {
  for (let above = path; above !== "/"; ) {
    above = dirname(above);
    if (names.get(above) !== "directory") return false;
  }
  return true;
}
