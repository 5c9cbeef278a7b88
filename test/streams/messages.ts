import type { Received, Receiver } from "./receiver.ts";

/** What a webhook sends. */
export interface Message {
  readonly data: { readonly first: number; readonly last: number; readonly records: readonly SentRecord[] };
}

export interface SentRecord {
  readonly id?: string;
  readonly type?: string;
  readonly sequence?: number;
  readonly action?: string;
  readonly shortened?: { readonly reason: string };
}

export const textOf = ({ body }: Received) => body;
export const messageOf = ({ body }: Received) => JSON.parse(body) as Message;

export function recordsAt(receiver: Receiver, path: string): SentRecord[] {
  return receiver.at(path).flatMap((request) => messageOf(request).data.records);
}

/** Without checkpoints. */
export function eventsAt(receiver: Receiver, path: string): SentRecord[] {
  return recordsAt(receiver, path).filter(({ type }) => type === undefined);
}
