import { expect, it } from "vitest";
import { readEvent } from "../../api/events.ts";
import { loggedEvent } from "./event.fixture.ts";
import { eventText } from "./event-text.ts";

it("copies an event as it was recorded: for whom, the order of keys, and every number", () => {
  const { texts: _texts, ...event } = loggedEvent({
    actor: { type: "agent", id: "a", on_behalf_of: { type: "user", id: "u", name: "Ada" } },
  });
  const metadata = '{"b":1.0,"1":0.12345678901234567}';
  const sent = `${JSON.stringify(event).slice(0, -1)},"changes":[],"metadata":${metadata}}`;
  const text = eventText({ ...readEvent(sent), newAddress: true, arrived: 5 });
  expect(text.replaceAll(/\n */g, "").replaceAll('": ', '":')).toBe(sent);
  expect(text).toContain('\n    "on_behalf_of": {\n');
});
