import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLOCK } from "../../src/clock.ts";
import type { Batch, Sink } from "../../src/streams/contract.ts";
import { Destinations } from "../../src/streams/destinations.ts";
import { FileMemory } from "../../src/streams/file-memory.ts";
import type { FormatName } from "../../src/streams/formats/format.ts";
import { HttpSender } from "../../src/streams/http-sender.ts";
import { sinkKindOf } from "../../src/streams/sinks/registry.ts";

/** How long a receiver has to answer in these tests. */
const ANSWER_MS_MAX = 2_000;

/** Sinks that a test opens, and the directory that they can write below. Loopback is allowed, unless the test says otherwise. */
export class OpenSinks {
  readonly directory = mkdtempSync(join(tmpdir(), "daybook-sinks-"));
  private readonly opened: Sink[] = [];

  open(
    type: string,
    config: object,
    secrets: object = {},
    format: FormatName = "daybook",
    networks = ["127.0.0.0/8"],
  ): Sink {
    const destinations = new Destinations(networks);
    const sink = sinkKindOf(type).open(config, secrets, {
      streamId: "stream",
      organization: "acme",
      destinations,
      clock: CLOCK,
      http: new HttpSender(destinations, ANSWER_MS_MAX),
      format,
      signing: [],
      filesDirectory: this.directory,
      memory: new FileMemory(this.directory, type),
      signNote: async (text) => `${text}\n— signed\n`,
    });
    this.opened.push(sink);
    return sink;
  }

  async close(): Promise<void> {
    for (const sink of this.opened.splice(0)) await sink.close();
  }
}

export const send = (sink: Sink, batch: Batch) => sink.send(batch, AbortSignal.timeout(30_000));
