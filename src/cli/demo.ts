import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { uuidv7 } from "@daybook/sdk";
import { z } from "zod";
import type { App } from "../app.ts";
import { createLiveDemo, DEMO_ORGANIZATIONS, type DemoEvent, generateDemo } from "../demo/index.ts";
import { fieldsOf, readEvent } from "../event/index.ts";
import type { Recording } from "../record/index.ts";

const SEED = 20260101;
const EVENTS = 60_000;
const BATCH = 500;
const TRICKLE_MS = { min: 1_500, max: 6_000 };
const OWNER = { name: "Dana Okafor", email: "dana@northwind.example" };
const LINK_VALID_MS = 12 * 60 * 60 * 1000;

/** When the sample ends, and whether all of it is in the log; so that an interrupted start goes on with the same events. */
const sampleState = z.object({ end_ms: z.number(), complete: z.boolean() });

/** Fills a new data directory with the sample, prints a link that signs in, and goes on with new events until `signal` aborts. */
export async function runDemo(app: App, signal: AbortSignal): Promise<void> {
  await createDemoOrganizations(app);
  await recordSample(app, signal);
  if (signal.aborted) return;
  await printDemoLink(app);
  await recordLiveEvents(app, signal);
}

/** Prints a link that signs the owner of the sample in. */
export async function printDemoLink(app: App): Promise<void> {
  const token = await app.identity.issueSignInToken(OWNER.email, LINK_VALID_MS);
  process.stdout.write(`\nOpen this link to sign in as ${OWNER.name}:\n\n  ${app.url}/sign-in#token=${token}\n\n`);
}

/** Records an event every few seconds until `signal` aborts. */
export async function recordLiveEvents(app: App, signal: AbortSignal): Promise<void> {
  const live = createLiveDemo({ seed: SEED, startMs: Date.now() });
  while (!signal.aborted) {
    const pause = TRICKLE_MS.min + Math.random() * (TRICKLE_MS.max - TRICKLE_MS.min);
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await record(app, [live.nextLiveEvent(Date.now())]);
  }
}

/** Creates what is missing of the sample's organizations, and their owner. */
export async function createDemoOrganizations(app: App): Promise<void> {
  const { identity } = app;
  const origin = { ip: undefined, userAgent: undefined, requestId: uuidv7() };
  const [main, ...others] = DEMO_ORGANIZATIONS;
  if (!main) throw new Error("The sample has no organization.");
  if (!(await identity.isSetUp())) {
    const token = await identity.issueSetupToken();
    // Nobody knows this password: the printed link is the way in.
    const password = crypto.randomUUID();
    await identity.setUp(
      { token, organization: { id: main.id, name: main.name }, owner: { ...OWNER, password } },
      origin,
    );
  }
  for (const { id, name } of others) {
    if (!(await identity.organizationExists(id))) {
      await identity.putOrganization(id, name, { type: "system", id: "demo", name: "Demo" }, origin);
    }
  }
}

/** Records what is missing of the sample's events. An interrupted run continues with the same events at the next start. */
export async function recordSample(app: App, signal: AbortSignal): Promise<void> {
  const file = join(app.config.dataDir, "demo.json");
  const state = existsSync(file)
    ? sampleState.parse(JSON.parse(readFileSync(file, "utf8")))
    : { end_ms: Date.now(), complete: false };
  if (state.complete) return;
  writeFileSync(file, JSON.stringify(state));
  let batch: DemoEvent[] = [];
  let done = 0;
  const progress = () => process.stdout.write(`\rRecording the sample: ${Math.round((done / EVENTS) * 100)} %`);
  for (const event of generateDemo({ seed: SEED, endMs: state.end_ms, events: EVENTS })) {
    batch.push(event);
    if (batch.length < BATCH) continue;
    await record(app, batch);
    done += batch.length;
    batch = [];
    if (process.stdout.isTTY) progress();
    if (signal.aborted) return;
  }
  await record(app, batch);
  process.stdout.write(
    `${process.stdout.isTTY ? "\r" : ""}Recorded a sample of ${EVENTS.toLocaleString("en")} events.\n`,
  );
  writeFileSync(file, JSON.stringify({ ...state, complete: true }));
}

async function record(app: App, events: readonly DemoEvent[]): Promise<void> {
  const recordings = events.map((event): Recording => {
    const text = JSON.stringify(event);
    return {
      organization: event.tenant_id,
      source: { type: "import", id: "demo" },
      event: fieldsOf(readEvent(text, JSON.parse(text), Date.now(), { tenantRequired: true })),
    };
  });
  await app.recorder.recordAll(recordings);
}
