import { setTimeout as pause } from "node:timers/promises";
import { toHex } from "@daybook/sdk/note";
import type { Logger } from "../logger.ts";
import type { SignedCheckpoint } from "../tree/index.ts";
import { UnknownLog, type WitnessAddress, WitnessClient, type WitnessedTree } from "./witness-client.ts";

/** The longest time between a checkpoint and its sending to the witnesses, if these keep up. */
const ROUND_MS = 500;
/** Organizations whose checkpoints are sent at the same time. */
const CONCURRENCY = 8;
/** How long to wait before a witness that failed is asked again; doubled each time. */
const RETRY_MS = { min: 1_000, max: 60_000 };
/** How long a request for a cosigned checkpoint waits. */
const WAIT_MS = 3_000;

export interface WitnessStatus {
  readonly name: string;
  /** Hex. */
  readonly keyId: string;
  readonly url: string;
  readonly state: "ok" | "unreachable" | "unknown_log";
  /** Why it is not ok. */
  readonly reason: string | undefined;
  /** Size of the organization's newest checkpoint that it has cosigned since this process started; 0 for none. */
  readonly cosignedSize: number;
}

/**
 * Sends each organization's newest checkpoint to every witness, and stores their cosignatures with it. It works in the background: nobody who
 * records waits for it. A round sends the same checkpoint of an organization to all witnesses, so that it gets all their cosignatures.
 *
 * At start every newest checkpoint is sent once more. So a witness that has seen more of the log than there is now says so at once.
 */
export class Gatherer {
  private readonly tree: WitnessedTree;
  private readonly logger: Logger;
  private readonly clients: readonly WitnessClient[];
  private readonly isOn: () => boolean;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  /** Size of each organization's newest checkpoint that all witnesses have cosigned. */
  private readonly complete = new Map<string, number>();
  /** The notes of these checkpoints, as they were read last. */
  private readonly heads = new Map<string, { readonly size: number; readonly note: string }>();
  private readonly waiting = new Set<() => void>();
  private lagging = 0;

  /** @param isOn whether this node gathers. Of several nodes, one does. */
  constructor(tree: WitnessedTree, witnesses: readonly WitnessAddress[], logger: Logger, isOn = () => true) {
    this.isOn = isOn;
    this.tree = tree;
    this.logger = logger;
    this.clients = witnesses.map((witness) => new WitnessClient(witness, tree));
  }

  /** Organizations whose newest checkpoint some witness has not cosigned, as of the last round. */
  get behind(): number {
    return this.lagging;
  }

  status(organization: string): WitnessStatus[] {
    return this.clients.map(({ witness, key, failure, cosignedSizes }) => ({
      name: key.name,
      keyId: toHex(key.keyId),
      url: witness.url,
      state: failure === undefined ? "ok" : failure.isUnknownLog ? "unknown_log" : "unreachable",
      reason: failure?.reason,
      cosignedSize: cosignedSizes.get(organization) ?? 0,
    }));
  }

  start(): void {
    if (this.clients.length > 0) this.running = this.run();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    for (const go of this.waiting) go();
    await this.running;
  }

  head(organization: string): string | undefined {
    const size = this.complete.get(organization);
    if (size === undefined) return undefined;
    const known = this.heads.get(organization);
    if (known?.size === size) return known.note;
    const note = this.tree.checkpointAt(organization, size)?.note;
    if (note !== undefined) this.heads.set(organization, { size, note });
    return note;
  }

  async cosigned(organization: string, size: number): Promise<SignedCheckpoint | undefined> {
    const until = performance.now() + WAIT_MS;
    const isThere = () => (this.complete.get(organization) ?? 0) >= size;
    const isHopeful = () =>
      this.clients.length > 0 && !this.stopping.signal.aborted && !this.clients.some(({ failure }) => failure);
    while (!isThere() && isHopeful() && performance.now() < until) await this.nextRound(until - performance.now());
    return isThere() ? this.tree.checkpointAt(organization, this.complete.get(organization) ?? 0) : undefined;
  }

  private nextRound(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        this.waiting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, milliseconds);
      this.waiting.add(go);
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        // While there is an alarm, nothing new is signed.
        if (this.isOn() && this.tree.integrity.state === "ok") await this.round();
      } catch (error) {
        this.logger.error("checkpoints could not be sent to the witnesses; they will be sent again", { error });
      }
      for (const go of [...this.waiting]) go();
      await pause(ROUND_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async round(): Promise<void> {
    const due = this.tree.newestSizes().filter(({ organization, size }) => this.isDue(organization, size));
    this.lagging = due.length;
    const next = due.values();
    const work = async () => {
      for (const { organization } of next) if (!this.stopping.signal.aborted) await this.gather(organization);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  }

  private isDue(organization: string, size: number): boolean {
    return this.clients.some(({ cosignedSizes }) => cosignedSizes.get(organization) !== size);
  }

  private async gather(organization: string): Promise<void> {
    const checkpoint = this.tree.checkpoint(organization);
    if (checkpoint === undefined) return;
    await Promise.all(this.clients.map((client) => this.ask(client, organization, checkpoint)));
    const { size } = checkpoint;
    if (!this.clients.every(({ cosignedSizes }) => cosignedSizes.get(organization) === size)) return;
    this.complete.set(organization, size);
  }

  private async ask(client: WitnessClient, organization: string, checkpoint: SignedCheckpoint): Promise<void> {
    const { key, failure, cosignedSizes } = client;
    if (cosignedSizes.get(organization) === checkpoint.size || (failure && performance.now() < failure.until)) return;
    try {
      const contradiction = await client.submit(organization, checkpoint, this.stopping.signal);
      client.failure = undefined;
      if (contradiction !== undefined) this.tree.raiseAlarm(contradiction, { organization }, "restart");
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      const waitMs = Math.min(RETRY_MS.max, 2 * (failure?.waitMs ?? RETRY_MS.min / 2));
      const isUnknownLog = error instanceof UnknownLog;
      client.failure = { reason, isUnknownLog, waitMs, until: performance.now() + waitMs };
      if (failure?.reason !== reason)
        this.logger.warn("a witness does not cosign", { witness: key.name, organization, error });
    }
  }
}
