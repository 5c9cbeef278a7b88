import { expect, it } from "vitest";
import { ClockAlarms } from "./clock-alarms.ts";
import { readEvent } from "./event/validate.ts";
import type { OwnEvent } from "./identity/own-events.ts";

const off = { kind: "clock", isOff: true, offset: 94_608_000_000 } as const;

it("records an alarm and its end, those from before the start included, in order", async () => {
  const recorded: OwnEvent[] = [];
  const clock = new ClockAlarms(() => undefined);
  clock.note(off);
  clock.begin(async (events) => {
    recorded.push(...events);
    return [];
  });
  clock.note({ ...off, isOff: false, offset: 0 });
  await clock.settled();
  expect(recorded).toMatchObject([
    { tenant_id: "daybook", action: "clock.alarm", outcome: "failure", metadata: { offset_seconds: 94_608_000 } },
    { tenant_id: "daybook", action: "clock.alarm_end", outcome: "success", metadata: { offset_seconds: 0 } },
  ]);
  // As the log will take them: their time is the clock's own, however wrong.
  for (const event of recorded) {
    const text = JSON.stringify(event);
    readEvent(text, JSON.parse(text), Date.parse(event.timestamp), { tenantRequired: true });
  }
});

it("reports an alarm that cannot be recorded, and records the next one", async () => {
  const failed: unknown[] = [];
  let isFull = true;
  let recorded = 0;
  const clock = new ClockAlarms((error) => failed.push(error));
  clock.begin(async (events) => {
    if (isFull) throw new Error("full");
    recorded += events.length;
    return [];
  });
  clock.note(off);
  await clock.settled();
  isFull = false;
  clock.note(off);
  await clock.settled();
  expect([failed.length, recorded]).toEqual([1, 1]);
});
