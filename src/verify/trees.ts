import { hashing } from "@daybook/sdk/merkle";
import { formatCheckpoint, keyIdOf } from "@daybook/sdk/note";
import { sha256, verifyEd25519 } from "../crypto.ts";
import { errorCode } from "../log/index.ts";
import { type KeptSignature, StoredCheckpoints, StoredTrees, type Unreadable } from "../tree/index.ts";
import type { Finding } from "./contract.ts";
import { type Restore, restoresOf } from "./restores.ts";
import { type OpenEdge, OrganizationRoots } from "./roots.ts";
import { differingTiles } from "./tiles.ts";
import { Trust, type Trusted } from "./trust.ts";

const KEY_ID_BYTES = 4;
/** Of the organizations with entries that no checkpoint covers, so many are named. */
const UNSIGNED_NAMED_MAX = 20;

export interface TreeSources {
  readonly logId: string;
  readonly trees: StoredTrees | Unreadable;
  readonly checkpoints: StoredCheckpoints | Unreadable;
  /** Public keys that signed checkpoints, 32 bytes each. */
  readonly publicKeys: readonly Uint8Array[];
  /** The keys have signed checkpoints of this log. */
  readonly hasSigned: boolean;
  /** Undefined where nothing from outside was given. */
  readonly trusted: Trusted | undefined;
  /** Entries of an organization as of now: the log may have grown since it was read. */
  readonly sizeNow: ((organization: string) => number) | undefined;
}

interface OrganizationState {
  readonly roots: OrganizationRoots;
  /** Key in the checkpoints' file. */
  readonly checkpointKey: number | undefined;
  /** Size of the next checkpoint. */
  next: number | undefined;
  /** The tree as it was at the stored tree's size. */
  edge: OpenEdge | undefined;
  /** Checkpoints whose root is not that of the log, the first of them, and the last that agreed before it. */
  wrong: { count: number; first: number; agreed: number } | undefined;
  agreed: number;
  /** Size of the last checkpoint that was reached. */
  covered: number;
  /** Earlier entries cannot be read, so no root can be computed from here on. */
  broken: boolean;
}

/** Computes every tree from the log, and compares the stored trees and checkpoints with it. */
export class TreeCheck {
  checkpoints = 0;
  readonly notes: string[] = [];
  readonly trust: Trust;
  private readonly sources: TreeSources;
  private readonly report: (finding: Finding) => void;
  private readonly damaged = new Set<"tree" | "checkpoints">();
  private readonly states = new Map<string, OrganizationState>();
  private readonly knownRestores = new Map<string, readonly Restore[]>();
  private readonly stored: StoredTrees | undefined;
  private readonly kept: StoredCheckpoints | undefined;
  private readonly treeSizes: ReadonlyMap<string, { key: number; size: number }>;
  private readonly checkpointKeys: ReadonlyMap<string, number>;

  constructor(sources: TreeSources, report: (finding: Finding) => void) {
    this.sources = sources;
    this.report = report;
    const { trees, checkpoints, logId, trusted = { witnesses: [], kept: [] } } = sources;
    this.trust = new Trust(trusted, logId, report, (organization) => this.restores(organization));
    this.stored = trees instanceof StoredTrees ? trees : undefined;
    this.kept = checkpoints instanceof StoredCheckpoints ? checkpoints : undefined;
    this.treeSizes = new Map(this.stored?.organizations.map((one) => [one.organization, one]));
    this.checkpointKeys = new Map(this.kept?.organizations().map(({ organization, key }) => [organization, key]));
    this.reportUnreadable();
  }

  get organizations(): number {
    return this.states.size;
  }

  /** The next entry of the log. @param leafHash is kept: a copy of what may be overwritten. */
  take(organization: string, sequence: number, leafHash: Uint8Array, position: number): void {
    const state = this.states.get(organization) ?? this.start(organization);
    if (state.broken) return;
    if (sequence !== state.roots.size) {
      state.broken = true;
      const message = `Entries ${state.roots.size} to ${sequence - 1} of ${organization} cannot be read: its tree and checkpoints beyond them cannot be checked.`;
      this.report({ part: "log", kind: "damaged", message, organization, sequence: state.roots.size });
      return;
    }
    state.roots.append(leafHash, position);
    const { size } = state.roots;
    this.trust.compare(organization, size, () => state.roots.root());
    if (size === state.next) this.reading(() => this.checkCheckpoint(organization, state));
    if (size === this.treeSizes.get(organization)?.size) state.edge = state.roots.openEdge();
    if (position + 1 === this.stored?.position && !Buffer.from(leafHash).equals(this.stored.lastLeaf ?? leafHash)) {
      const message = `The trees were made from a log that had another entry at position ${position}.`;
      this.report({ part: "tree", kind: "tree_differs", message, organization, sequence });
    }
  }

  /** To be called after the last entry. Yields now and then, so that others can work. */
  *finish(): Generator<void, void> {
    for (const [organization, state] of this.states) {
      this.reportWrong(organization, state);
      yield* this.checkTiles(organization, state);
    }
    this.checkSizes();
    for (const [organization, key] of this.checkpointKeys) {
      this.reading(() => this.checkBeyond(organization, key));
      yield;
    }
  }

  /** Notes entries that no checkpoint covers. After a crash or a restore there are such entries until the next start. If checkpoints were removed, they stay. */
  noteUnsigned(): void {
    if (this.kept === undefined) return;
    const unsigned = [...this.states].filter(([, { broken, covered, roots }]) => !broken && covered < roots.size);
    for (const [organization, { covered, roots }] of unsigned.slice(0, UNSIGNED_NAMED_MAX)) {
      const entries = roots.size - covered === 1 ? "entry" : `${roots.size - covered} entries`;
      this.notes.push(
        `No checkpoint covers the last ${entries} of ${organization}, from ${covered} on: no signature vouches for them. After a crash or a restore, the next start signs them. Otherwise checkpoints were removed.`,
      );
    }
    const others = unsigned.length - UNSIGNED_NAMED_MAX;
    if (others > 0) this.notes.push(`Some entries of ${others} more organizations are not covered either.`);
  }

  /** Rows of the checkpoints' file that belong to nothing. Looks through all of it at once. */
  checkStrays(): void {
    this.reading(() => {
      const strays = this.kept?.strays() ?? 0;
      if (strays === 0) return;
      const message = `The file of checkpoints holds ${strays} rows that belong to no organization or checkpoint.`;
      this.report({ part: "checkpoints", kind: "damaged", message });
    });
  }

  /** Reads of the checkpoints' file; one that fails is a finding. */
  private reading(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.reportDamaged("checkpoints", error);
    }
  }

  /** A file that SQLite cannot read where it is damaged: reported once. @throws any other error. */
  private reportDamaged(part: "tree" | "checkpoints", error: unknown): void {
    if (!(error instanceof Error) || errorCode(error)?.startsWith("SQLITE_") !== true) throw error;
    if (this.damaged.has(part)) return;
    this.damaged.add(part);
    const what = part === "tree" ? "The file of trees" : "The file of checkpoints";
    this.report({ part, kind: "damaged", message: `${what} cannot be read everywhere: ${error.message}.` });
  }

  private restores(organization: string): readonly Restore[] {
    const { kept } = this;
    let known = this.knownRestores.get(organization);
    if (known === undefined && kept !== undefined) {
      const { publicKeys } = this.sources;
      this.reading(() => {
        known = restoresOf({ kept, publicKeys }, organization);
      });
    }
    this.knownRestores.set(organization, known ?? []);
    return known ?? [];
  }

  private reportUnreadable(): void {
    const { trees, checkpoints } = this.sources;
    for (const [part, what, opened] of [
      ["tree", "The file of trees", trees],
      ["checkpoints", "The file of checkpoints", checkpoints],
    ] as const) {
      if (opened === undefined && part === "checkpoints" && this.sources.hasSigned) {
        const message = "Checkpoints of this log were signed, and the file that holds them is missing.";
        this.report({ part, kind: "damaged", message });
      } else if (opened === undefined) this.notes.push(`${what} is not there: nothing of it could be checked.`);
      else if ("unreadable" in opened) {
        this.report({ part, kind: "damaged", message: `${what} cannot be read: ${opened.unreadable}.` });
      }
    }
  }

  private start(organization: string): OrganizationState {
    const checkpointKey = this.checkpointKeys.get(organization);
    const state: OrganizationState = {
      roots: new OrganizationRoots(),
      checkpointKey,
      next: undefined,
      edge: undefined,
      wrong: undefined,
      agreed: 0,
      covered: 0,
      broken: false,
    };
    this.states.set(organization, state);
    this.reading(() => {
      state.next = checkpointKey === undefined ? undefined : this.kept?.next(checkpointKey, 0)?.size;
    });
    return state;
  }

  private checkCheckpoint(organization: string, state: OrganizationState): void {
    const { checkpointKey: key, roots } = state;
    if (key === undefined) return;
    const size = roots.size;
    const checkpoint = this.kept?.next(key, size - 1);
    state.next = this.kept?.next(key, size)?.size;
    if (checkpoint?.size !== size) return;
    this.checkpoints++;
    state.covered = size;
    if (!Buffer.from(roots.root()).equals(checkpoint.root)) {
      state.wrong ??= { count: 0, first: size, agreed: state.agreed };
      state.wrong.count++;
    } else if (state.wrong === undefined) state.agreed = size;
    const signatures = this.kept?.signatures(key, size) ?? [];
    this.checkSignatures(organization, size, checkpoint.root, signatures);
    if (state.wrong === undefined) this.trust.signed(organization, checkpoint, signatures);
  }

  /** Those of the log's own keys; a witness's key is not known here. */
  private checkSignatures(
    organization: string,
    size: number,
    root: Uint8Array,
    signatures: readonly KeptSignature[],
  ): void {
    const origin = `daybook/${this.sources.logId}/${organization}`;
    const text = Buffer.from(formatCheckpoint({ origin, size, root }));
    let valid = 0;
    for (const { name, signature } of signatures) {
      if (name !== null) continue;
      const publicKey = this.sources.publicKeys.find((one) =>
        Buffer.from(hashing(keyIdOf(origin, one), sha256)).equals(signature.subarray(0, KEY_ID_BYTES)),
      );
      if (publicKey !== undefined && verifyEd25519(publicKey, text, signature.subarray(KEY_ID_BYTES))) valid++;
      else {
        const message = `A signature under the checkpoint over ${size} entries of ${organization} is wrong, or of a key that is not one of the log's signing keys.`;
        this.report({ part: "checkpoints", kind: "signature_wrong", message, organization, sequence: size });
      }
    }
    if (valid > 0) return;
    const message = `The checkpoint over ${size} entries of ${organization} has no valid signature.`;
    this.report({ part: "checkpoints", kind: "signature_wrong", message, organization, sequence: size });
  }

  private reportWrong(organization: string, { wrong }: OrganizationState): void {
    if (wrong === undefined) return;
    const { count, first, agreed } = wrong;
    const others = count === 1 ? "" : `, and neither are those of ${count - 1} later ones`;
    const message = `The root that was signed for the first ${first} entries of ${organization} is not that of the log${others}. The last checkpoint that agrees covers ${agreed}.`;
    this.report({ part: "checkpoints", kind: "root_differs", message, organization, sequence: first });
  }

  private *checkTiles(organization: string, { roots, edge }: OrganizationState): Generator<void, void> {
    const tree = this.treeSizes.get(organization);
    if (tree === undefined || edge === undefined || this.stored === undefined) return;
    let tiles: string[];
    try {
      tiles = yield* differingTiles({ trees: this.stored, key: tree.key }, roots, edge);
    } catch (error) {
      this.reportDamaged("tree", error);
      return;
    }
    for (const tile of tiles) {
      const message = `Tile ${tile} of the tree of ${organization} is missing, or differs from what its entries give.`;
      this.report({ part: "tree", kind: "tree_differs", message, organization });
    }
  }

  private checkSizes(): void {
    if (this.stored === undefined) return;
    let leaves = 0;
    for (const { organization, size } of this.stored.organizations) {
      leaves += size;
      const state = this.states.get(organization);
      if (state?.broken || (state?.roots.size ?? 0) >= size) continue;
      const message = `The tree of ${organization} has ${size} leaves; the log holds ${state?.roots.size ?? 0} of its entries.`;
      this.report({ part: "tree", kind: "beyond_log", message, organization, sequence: state?.roots.size ?? 0 });
    }
    if (leaves === this.stored.position) return;
    const message = `The trees have ${leaves} leaves, but say that ${this.stored.position} entries were read.`;
    this.report({ part: "tree", kind: "tree_differs", message });
  }

  private checkBeyond(organization: string, key: number): void {
    const state = this.states.get(organization);
    const held = Math.max(state?.roots.size ?? 0, this.sources.sizeNow?.(organization) ?? 0);
    if (state?.broken) return;
    const beyond = this.kept?.next(key, held);
    if (beyond === undefined) return;
    const message = `A checkpoint over ${beyond.size} entries of ${organization} was signed; the log holds ${held}: entries are missing.`;
    this.report({ part: "checkpoints", kind: "beyond_log", message, organization, sequence: held });
  }
}
