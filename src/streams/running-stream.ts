import { DaybookError } from "../errors.ts";
import type { StoredStream } from "../identity/index.ts";
import type { Logger } from "../logger.ts";
import type { StreamState } from "./contract.ts";
import { type Cursor, KeptCursor } from "./cursor.ts";
import type { Delivery } from "./delivery.ts";
import type { StreamMemory } from "./memory.ts";
import { openDelivery, type StreamSources } from "./open-delivery.ts";
import { cursorAt, translated } from "./start-cursor.ts";
import { followedBy, settingsOf } from "./stored-stream.ts";

interface RunningParts {
  readonly sources: StreamSources;
  readonly logger: Logger;
  readonly onGone: (stream: StoredStream, reason: string) => void;
}

/** One stream in this process, whether it delivers, is paused, or cannot be opened. */
export class RunningStream {
  stored: StoredStream;
  private readonly parts: RunningParts;
  private readonly memory: StreamMemory;
  private readonly kept: KeptCursor;
  private delivery: Delivery | undefined;
  /** Its cursor when it last stopped. */
  private cursor: Cursor | undefined;
  /** Why it cannot be opened. */
  private fault: { readonly since: number; readonly message: string } | undefined;

  constructor(stored: StoredStream, parts: RunningParts) {
    this.stored = stored;
    this.parts = parts;
    this.memory = parts.sources.memories(stored.id);
    this.kept = new KeptCursor(this.memory);
  }

  /** Starts it where it stopped, unless it is paused. A stream that cannot be opened says why, and the other streams still start. */
  async start(): Promise<void> {
    const { sources, logger, onGone } = this.parts;
    const { stored } = this;
    try {
      const organization = followedBy(stored, settingsOf(stored));
      const kept = await this.kept.read(() => {
        logger.warn("stream: how far it has come is lost; it begins again where it was created or replayed", {
          stream: stored.id,
        });
      });
      this.cursor = kept ? translated(kept, sources, organization) : await cursorAt(sources, organization, "beginning");
      if (!stored.enabled) {
        this.fault = undefined;
        return;
      }
      const onFailure = (error: unknown) => logger.warn("stream: a delivery failed", { stream: stored.id, error });
      const listeners = { kept: this.kept, onFailure, onGone: (reason: string) => onGone(stored, reason) };
      this.delivery = openDelivery(stored, sources, this.cursor, listeners);
      this.delivery.start();
      this.fault = undefined;
    } catch (error) {
      const message =
        error instanceof DaybookError ? error.message : "The stream cannot be opened. The server's own log says why.";
      if (this.fault?.message === message) return;
      logger.error("stream: cannot be opened", { stream: stored.id, error });
      this.fault = { since: Date.now(), message };
    }
  }

  /** Tries again to open a stream that could not be opened, for example because a database was away. */
  async retry(): Promise<void> {
    if (this.fault !== undefined) await this.start();
  }

  async stop(): Promise<void> {
    await this.delivery?.stop();
    this.delivery = undefined;
    this.fault = undefined;
  }

  /** Replaces its cursor. Stop the stream first. */
  async place(cursor: Cursor): Promise<void> {
    this.cursor = cursor;
    await this.kept.anchor(cursor);
  }

  /** Allows calls to a receiver that asked for none. Stop the stream first. */
  async enable(): Promise<void> {
    const cursor = await this.kept.read();
    if (cursor !== undefined && cursor.disabled !== null) await this.place({ ...cursor, disabled: null });
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.kept.settle();
    await this.memory.forget();
  }

  state(): StreamState {
    if (this.delivery !== undefined) return this.delivery.state();
    const { log } = this.parts.sources;
    const { fault, cursor } = this;
    const next = cursor?.next ?? 0;
    const organization = followedBy(this.stored, settingsOf(this.stored));
    const size = organization === undefined ? log.end : log.size(organization);
    return {
      health: fault === undefined ? "paused" : "failing",
      next,
      lag: Math.max(0, size - next),
      delivered: cursor?.delivered ?? 0,
      lastDeliveredAt: cursor?.last_delivered_at ?? undefined,
      failingSince: fault?.since,
      lastError: fault?.message,
    };
  }
}
