import { rm } from "node:fs/promises";
import { DaybookError } from "../errors.ts";
import type { StoredStream } from "../identity/index.ts";
import type { Logger } from "../logger.ts";
import type { StreamState } from "./contract.ts";
import { type Cursor, CursorFile } from "./cursor.ts";
import type { Delivery } from "./delivery.ts";
import { openDelivery, type StreamSources, stateFileOf } from "./open-delivery.ts";
import { cursorAt, translated } from "./places.ts";
import { followedBy, settingsOf } from "./stored.ts";

interface RunningParts {
  readonly sources: StreamSources;
  readonly logger: Logger;
  readonly onGone: (stream: StoredStream, reason: string) => void;
}

/** One stream in this process, whether it delivers, is paused, or cannot be opened. */
export class Running {
  stored: StoredStream;
  private readonly parts: RunningParts;
  private readonly file: CursorFile;
  private delivery: Delivery | undefined;
  /** As it was last at rest. */
  private cursor: Cursor | undefined;
  /** Why it cannot be opened. */
  private fault: { readonly since: number; readonly message: string } | undefined;

  constructor(stored: StoredStream, parts: RunningParts) {
    this.stored = stored;
    this.parts = parts;
    this.file = new CursorFile(parts.sources.directory, stored.id);
  }

  /** Starts it where it was left, unless it is paused. A stream that cannot be opened says why, and keeps nothing else from starting. */
  async start(): Promise<void> {
    const { sources, logger, onGone } = this.parts;
    const { stored } = this;
    try {
      const organization = followedBy(stored, settingsOf(stored));
      const kept = this.file.read();
      this.cursor = kept ? translated(kept, sources, organization) : await cursorAt(sources, organization, "beginning");
      if (!stored.enabled) return;
      const onFailure = (error: unknown) => logger.warn("stream: a delivery failed", { stream: stored.id, error });
      const listeners = { file: this.file, onFailure, onGone: (reason: string) => onGone(stored, reason) };
      this.delivery = openDelivery(stored, sources, this.cursor, listeners);
      this.delivery.start();
    } catch (error) {
      logger.error("stream: it cannot be opened", { stream: stored.id, error });
      const message =
        error instanceof DaybookError ? error.message : "The stream cannot be opened. The server's own log says why.";
      this.fault = { since: Date.now(), message };
    }
  }

  async stop(): Promise<void> {
    await this.delivery?.stop();
    this.delivery = undefined;
    this.fault = undefined;
  }

  /** Replaces where it is. It is to be stopped. */
  async place(cursor: Cursor): Promise<void> {
    this.cursor = cursor;
    await this.file.save(cursor);
  }

  /** Calls a receiver again that asked not to be. It is to be stopped. */
  async enable(): Promise<void> {
    const cursor = this.file.read();
    if (cursor !== undefined && cursor.disabled !== null) await this.place({ ...cursor, disabled: null });
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.file.remove();
    await rm(stateFileOf(this.stored, this.parts.sources), { force: true });
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
