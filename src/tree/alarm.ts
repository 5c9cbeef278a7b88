import { type Alarm, AlarmFile } from "./alarm-file.ts";
import type { Integrity } from "./contract.ts";

/** What ends an alarm. */
export type AlarmEnd = "verification" | "restart";

/** Where it is kept, and who hears of it. */
export interface AlarmOptions {
  readonly checkpointDirectory: string;
  readonly log: { readonly id: string };
  /** Hears of an alarm, once. */
  readonly onAlarm: (alarm: Alarm) => void;
  /** It could not be written down: the next start will not know of it. Default: the error is thrown. */
  readonly onAlarmNotKept?: (error: unknown) => void;
}

/** Whether something that is stored was changed. Nothing is signed while there is an alarm. */
export class TreeAlarm {
  private readonly options: AlarmOptions;
  private readonly now: () => number;
  private readonly file: AlarmFile;
  private alarm: Alarm | undefined;
  /** Raised since this process started: nothing more is read either, until a verification or the next start. */
  private raised: AlarmEnd | undefined;
  private ends = new AbortController();

  /** @param now milliseconds since the Unix epoch. */
  constructor(options: AlarmOptions, now: () => number) {
    this.options = options;
    this.now = now;
    this.file = new AlarmFile(options.checkpointDirectory, options.log.id);
    this.alarm = this.file.read(now());
  }

  get integrity(): Integrity {
    return this.alarm ?? { state: "ok" };
  }

  get isOn(): boolean {
    return this.alarm !== undefined;
  }

  /** Whether it was raised since this process started. */
  get isRaised(): boolean {
    return this.raised !== undefined;
  }

  /** Aborts when the alarm ends that there is, or comes next. */
  get ended(): AbortSignal {
    return this.ends.signal;
  }

  /** The first one of a process counts. */
  raise(reason: string, where: { organization?: string; sequence?: number }, end: AlarmEnd): void {
    if (this.raised !== undefined) return;
    this.raised = end;
    this.alarm = { state: "alarm", since: this.now(), reason, ...where };
    this.options.onAlarm(this.alarm);
    if (end === "verification") this.keep(this.alarm);
  }

  /** @returns whether there was an alarm from before `verifiedFrom`, and it has ended. */
  end(verifiedFrom: number): boolean {
    if (this.alarm === undefined || this.alarm.since >= verifiedFrom || this.raised === "restart") return false;
    this.file.remove();
    this.alarm = undefined;
    this.raised = undefined;
    this.ends.abort();
    this.ends = new AbortController();
    return true;
  }

  private keep(alarm: Alarm): void {
    try {
      this.file.keep(alarm);
    } catch (error) {
      if (this.options.onAlarmNotKept === undefined) throw error;
      this.options.onAlarmNotKept(error);
    }
  }
}
