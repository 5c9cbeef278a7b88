import { type Receipt, type RecordResult, uuidv7 } from "@daybook/sdk";
import type { Random } from "../../src/demo/random.ts";
import type { Book, Sent } from "./book.ts";

type Shape = "single" | "array" | "ndjson";

/** A program that records events: with which key, for whom, and how it sends them. */
export interface Client {
  readonly key: string;
  /** A platform key's events name their organization. */
  readonly platform: boolean;
  readonly organizations: readonly string[];
  readonly shape: Shape;
}

/** A request as it left, to be sent again as it was when its answer is lost. */
export interface Batch {
  readonly client: Client;
  readonly sents: readonly Sent[];
}

const EVENTS_MAX = 25;
/** Share of events that were sent before. */
const RETRIES = 0.2;
/** Share of first attempts that leave their id to the server. */
const ANONYMOUS = 0.1;
const DAY_MS = 86_400_000;
/** How long an answer may take before the server counts as hanging. */
const ANSWER_MS = 30_000;

/** What clients share: whatever one sends, another may send again at the same moment. */
export class Load {
  private readonly book: Book;
  private readonly random: Random;
  private recent: Sent[] = [];

  constructor(book: Book, random: Random) {
    this.book = book;
    this.random = random;
  }

  next(client: Client): Batch {
    const count = client.shape === "single" ? 1 : this.random.between(1, EVENTS_MAX);
    return { client, sents: Array.from({ length: count }, () => this.retry(client) ?? this.first(client)) };
  }

  private first(client: Client): Sent {
    const organization = this.random.pick(client.organizations);
    const marker = uuidv7();
    const sent: Sent = {
      organization,
      event: {
        ...(!this.random.chance(ANONYMOUS) && { id: marker }),
        // Over several months, so that search has to split what it takes in.
        timestamp: new Date(Date.now() - this.random.below(200 * DAY_MS)).toISOString(),
        action: this.random.pick(["auth.login", "api_key.create", "db.update", "message.send"]),
        actor: { type: "user", id: `user_${this.random.below(50)}`, name: "Zoë Quispe", role: "admin" },
        resource: { type: "channel", id: `channel_${this.random.below(500)}` },
        description: `Something happened ${"and went on ".repeat(this.random.below(40))}`,
        context: { ip: `203.0.113.${this.random.below(256)}` },
        metadata: { marker },
      },
    };
    this.remember(sent);
    return sent;
  }

  private retry({ organizations }: Client): Sent | undefined {
    if (!this.random.chance(RETRIES)) return undefined;
    const known = this.recent.filter(({ organization }) => organizations.includes(organization));
    return known.length === 0 ? undefined : this.random.pick(known);
  }

  remember(sent: Sent): void {
    if (sent.event.id === undefined) return;
    this.recent.push(sent);
    if (this.recent.length > 400) this.recent = this.recent.slice(-200);
  }

  /** @returns what still has to be sent: all of it when the answer was lost. @throws what fetch throws when it was. */
  async send(url: string, { client, sents }: Batch): Promise<Batch | undefined> {
    for (const sent of sents) this.book.sending(sent);
    const response = await fetch(new URL("/v1/events", url), {
      method: "POST",
      body: bodyOf(client, sents),
      headers: {
        authorization: `Bearer ${client.key}`,
        "content-type": client.shape === "ndjson" ? "application/x-ndjson" : "application/json",
      },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await response.text();
    if (response.status === 503) return { client, sents };
    if (response.status !== 201 && response.status !== 207) {
      this.book.faults.push(`${response.status} ${text}`);
      return undefined;
    }
    const { results } = JSON.parse(text) as { results: RecordResult[] };
    if (results.length !== sents.length) this.book.faults.push(`${results.length} results for ${sents.length} events`);
    const rest = sents.filter((sent, at) => !this.take(sent, results[at]));
    return rest.length === 0 ? undefined : { client, sents: rest };
  }

  /** @returns whether it is done with. */
  private take(sent: Sent, result: RecordResult | undefined): boolean {
    if (result && "leaf_hash" in result) {
      this.book.receive(sent, result satisfies Receipt);
      // One that the server named can be retried from now on, under that name.
      if (sent.event.id === undefined) this.remember({ ...sent, event: { ...sent.event, id: result.id } });
      return true;
    }
    if (result && ["id_undecided", "log_unavailable"].includes(result.error.code)) return false;
    this.book.faults.push(`${sent.organization}/${sent.event.id} was refused: ${JSON.stringify(result)}`);
    return true;
  }
}

/** One object for a client that sends singly. What it sends again goes as an array, as there may be several left. */
function bodyOf({ platform, shape }: Client, sents: readonly Sent[]): string {
  const events = sents.map(({ organization, event }) => (platform ? { ...event, tenant_id: organization } : event));
  if (shape === "ndjson") return events.map((event) => `${JSON.stringify(event)}\n`).join("");
  return JSON.stringify(shape === "single" && events.length === 1 ? events[0] : events);
}
