import type { JsonValue } from "@daybook/sdk";
import type { Configured, ConfiguredAct, ConfiguredFields } from "./configured.ts";
import type { Actor } from "./own-events.ts";
import type { Origin } from "./principals.ts";

/** Streams that one organization can have. */
export const STREAMS_MAX = 20;

/** Its settings: where to, in which format, filtered by what. */
export type StoredStream = Configured;

export type StreamFields = ConfiguredFields;

export type StreamAct = ConfiguredAct<"stream.update" | "stream.rotate_secret" | "stream.replay" | "stream.test">;

/** What streams remember where nodes share a log, and deliver in turn. */
export interface StreamMemories {
  read(stream: string, name: string): Promise<string | undefined>;
  /** @returns false where a node of a later term has written: then nothing is changed. */
  write(stream: string, name: string, memory: { readonly term: number; readonly text: string }): Promise<boolean>;
  forget(stream: string): Promise<void>;
}

/** Whether `by` can do so is for the caller to decide. Each change is recorded as an event of the stream's organization. */
export interface StoredStreams {
  /** Of every organization, by id. */
  all(): Promise<StoredStream[]>;
  /** By name. */
  list(organization: string): Promise<StoredStream[]>;
  find(organization: string, id: string): Promise<StoredStream | undefined>;
  /**
   * @param id its own, since its secrets are encrypted for it. @param metadata what the event says of it.
   * @throws DaybookError not_found when there is no such organization, too_many_streams
   */
  create(
    stream: StreamFields & { readonly id: string; readonly organization: string },
    metadata: { [key: string]: JsonValue },
    by: Actor,
    origin: Origin,
  ): Promise<StoredStream>;
  /** @throws DaybookError not_found */
  update(
    stream: StoredStream,
    fields: Partial<StreamFields>,
    act: StreamAct,
    by: Actor,
    origin: Origin,
  ): Promise<StoredStream>;
  /** Does nothing when it is gone already. It stops also while the log refuses events. */
  remove(stream: StoredStream, by: Actor, origin: Origin): Promise<void>;
}
