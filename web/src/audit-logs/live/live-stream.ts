import type { Event } from "@daybook/sdk";
import { isDamaged } from "../../api/damaged.ts";
import { type LoggedEvent, readEvent, seenOf } from "../../api/events.ts";
import { Problem } from "../../api/problem.ts";
import type { Request } from "../../api/request.ts";
import type { DamagedEntry } from "../../api/schema.ts";
import { streamMessages } from "./event-stream.ts";

/** The server says where the stream is every 15 seconds at least; after this long without a word the line is dead. */
const SILENT_MS = 40_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 30_000;
/** What comes within this time is handed over at once, so that a burst draws the page once. */
const GATHER_MS = 150;

export type StreamState =
  | { readonly phase: "connecting" }
  /** `resumed` once it was lost before: nothing of the time between is missing. */
  | { readonly phase: "open"; readonly resumed: boolean }
  | { readonly phase: "lost" }
  /** It will not come back by itself. */
  | { readonly phase: "ended"; readonly problem: Problem };

interface StreamOptions {
  readonly request: Request;
  /** The filters and `tenant_id`. */
  readonly query: URLSearchParams;
  /** The position that the reader has already; the stream begins right after it. */
  readonly after: string;
  readonly onEvents: (events: readonly LoggedEvent[]) => void;
  readonly onState: (state: StreamState) => void;
}

/** Whether asking again could help. */
function passes({ code, status }: Problem): boolean {
  return code === "network" || code === "unreadable" || status >= 500 || status === 429;
}

/** Follows new matches; a lost connection is taken up again where it broke off. */
export class LiveStream {
  private readonly options: StreamOptions;
  private readonly stopped = new AbortController();
  private after: string;
  private lost = false;
  /** Of events that are about to come: those whose actor is seen at a new address. */
  private newAddresses = new Set<string>();
  /** Of the same: when their actor was first there. */
  private firstSeen: Record<string, string> = {};
  private gathered: LoggedEvent[] = [];
  private handOver: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StreamOptions) {
    this.options = options;
    this.after = options.after;
    void this.follow();
  }

  stop(): void {
    this.stopped.abort();
    clearTimeout(this.handOver);
  }

  private async follow(): Promise<void> {
    const { onState } = this.options;
    let wait = RETRY_FIRST_MS;
    onState({ phase: "connecting" });
    while (!this.stopped.signal.aborted) {
      try {
        await this.connect(() => {
          wait = RETRY_FIRST_MS;
        });
      } catch (error) {
        if (this.stopped.signal.aborted) return;
        if (error instanceof Problem && !passes(error)) return onState({ phase: "ended", problem: error });
      }
      if (this.stopped.signal.aborted) return;
      this.lost = true;
      onState({ phase: "lost" });
      await this.pause(wait * (0.5 + Math.random() / 2));
      wait = Math.min(wait * 2, RETRY_MAX_MS);
    }
  }

  /** Until the connection ends. @throws Problem; what reading the answer throws. */
  private async connect(onOpen: () => void): Promise<void> {
    const { request, query, onState } = this.options;
    const connection = new AbortController();
    const hearing = () => setTimeout(() => connection.abort(), SILENT_MS);
    let silence = hearing();
    try {
      const parameters = new URLSearchParams(query);
      parameters.set("new_ip", "true");
      // What is still to come is said again.
      this.newAddresses.clear();
      this.firstSeen = {};
      const response = await request(`/v1/events/live?${parameters}`, {
        headers: { accept: "text/event-stream", "last-event-id": this.after },
        signal: AbortSignal.any([this.stopped.signal, connection.signal]),
      });
      if (response.body === null) return;
      onOpen();
      onState({ phase: "open", resumed: this.lost });
      for await (const { id, event, data } of streamMessages(response.body)) {
        clearTimeout(silence);
        silence = hearing();
        if (event === "new_ip" && data !== undefined) this.announce(JSON.parse(data));
        if (event === "first_seen" && data !== undefined) Object.assign(this.firstSeen, JSON.parse(data));
        if (event === "event" && data !== undefined) this.take(data);
        // Only now: a message that was not taken is to be sent again.
        if (id !== undefined) this.after = id;
      }
    } finally {
      clearTimeout(silence);
      connection.abort();
    }
  }

  /** What is damaged shows in its place once the page is read again: a stream does not say where that is. */
  private take(data: string): void {
    const item: Event | DamagedEntry = JSON.parse(data);
    if (!isDamaged(item)) this.gather(readEvent(data));
  }

  private announce(ids: readonly string[]): void {
    for (const id of ids) this.newAddresses.add(id);
  }

  private gather(event: LoggedEvent): void {
    this.gathered.push({ ...event, ...seenOf(event.id, this.newAddresses, this.firstSeen) });
    this.newAddresses.delete(event.id);
    delete this.firstSeen[event.id];
    this.handOver ??= setTimeout(() => {
      this.handOver = undefined;
      this.options.onEvents(this.gathered.splice(0));
    }, GATHER_MS);
  }

  /** Ends early when the browser is back on a network. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        this.stopped.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      window.addEventListener("online", done);
      this.stopped.signal.addEventListener("abort", done);
    });
  }
}
