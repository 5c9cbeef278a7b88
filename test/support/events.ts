import type { EventInput, Receipt, Rejection } from "@daybook/sdk";

/** What is required and nothing else. */
export const MINIMAL = {
  action: "channel.create",
  actor: { type: "user" },
  resource: { type: "channel" },
} as const satisfies EventInput;

/** An event of an action with whatever else a test is about. */
export function anEvent(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...MINIMAL, ...fields };
}

export interface Results {
  readonly results: readonly (Partial<Receipt> & Partial<Rejection>)[];
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}
