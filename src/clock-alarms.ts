import { uuidv7 } from "@daybook/sdk";
import { type Deliver, type OwnEvent, PLATFORM_ORGANIZATION } from "./identity/index.ts";
import type { LogNotice } from "./log/index.ts";

type ClockNotice = LogNotice & { readonly kind: "clock" };

/**
 * Records in the platform's log that the wall clock is no longer believed, and that it is again: whoever reads entries of that time has to know. What
 * the log says before its first event can be recorded waits.
 */
export class ClockAlarms {
  private readonly onFailed: (error: unknown) => void;
  private deliver: Deliver | undefined;
  private waiting: OwnEvent[] = [];
  private recording: Promise<void> = Promise.resolve();

  constructor(onFailed: (error: unknown) => void) {
    this.onFailed = onFailed;
  }

  note(notice: ClockNotice): void {
    this.waiting.push(eventOf(notice, Date.now()));
    this.record();
  }

  /** From now on events are recorded. */
  begin(deliver: Deliver): void {
    this.deliver = deliver;
    this.record();
  }

  /** Resolves once what was noted is recorded, or has failed. */
  settled(): Promise<void> {
    return this.recording;
  }

  private record(): void {
    const { deliver, waiting } = this;
    if (deliver === undefined || waiting.length === 0) return;
    this.waiting = [];
    this.recording = this.recording
      .then(async () => {
        await deliver(waiting);
      })
      .catch(this.onFailed);
  }
}

function eventOf({ isOff, offset }: ClockNotice, now: number): OwnEvent {
  return {
    id: uuidv7(now),
    timestamp: new Date(now).toISOString(),
    tenant_id: PLATFORM_ORGANIZATION,
    action: isOff ? "clock.alarm" : "clock.alarm_end",
    outcome: isOff ? "failure" : "success",
    actor: { type: "system", id: "clock", name: "Clock" },
    resource: { type: "log" },
    description: isOff
      ? "The server's clock is more than 10 minutes from the log's time; recorded_at no longer follows it"
      : "The server's clock and the log's time agree again",
    metadata: { offset_seconds: Math.round(offset / 1000) },
  };
}
