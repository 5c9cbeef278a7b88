import type { Client } from "pg";
import type { Bench } from "./bench.ts";
import { processorMs } from "./process-tree.ts";
import { pathOf, type Question, type Range, whereOf, whereValues } from "./questions.ts";
import { alternate } from "./statistics.ts";

const PAGE = "order by ts desc, seq desc limit 50";
const COUNTED_MAX = 10_001;

/** What a page of fifty with its capped total takes of each peer. */
export interface PageCost {
  readonly daybookMs: readonly number[];
  readonly postgresMs: readonly number[] | undefined;
  /** Of a page. */
  readonly processor: { readonly daybook: number; readonly postgres: number | undefined };
}

/** The connections that a page takes: one for the rows, one for the total, side by side. */
export type PageClients = readonly [Client, Client] | undefined;

export async function connectForPages({ postgres }: Pick<Bench, "postgres">): Promise<PageClients> {
  return postgres && Promise.all([postgres.connect(), postgres.connect()]);
}

export async function closePageClients(clients: PageClients): Promise<void> {
  await Promise.all((clients ?? []).map((client) => client.end()));
}

/** Asks both peers in turn, over HTTP and over a connection that is open already. */
export async function costOfPage(
  { daybook, postgres, options }: Pick<Bench, "daybook" | "postgres" | "options">,
  clients: PageClients,
  question: Question,
  range: Range,
): Promise<PageCost> {
  const path = pathOf("/v1/events", question, range);
  const spent = () => ({ daybook: processorMs(daybook.pid), postgres: postgres ? processorMs(postgres.pid) : 0 });
  const before = spent();
  const samples = await alternate(options.rounds, {
    daybook: () => daybook.read(path),
    postgres: async () => clients && askPostgres(clients, question, range),
  });
  const after = spent();
  // The first round, which warms up, costs too.
  const asked = options.rounds + 1;
  return {
    daybookMs: samples.daybook,
    postgresMs: clients && samples.postgres,
    processor: {
      daybook: (after.daybook - before.daybook) / asked,
      postgres: clients && (after.postgres - before.postgres) / asked,
    },
  };
}

function askPostgres([one, two]: readonly [Client, Client], question: Question, range: Range) {
  const where = whereOf(question);
  const values = whereValues(question, range);
  const counted = `select 1 from events ${where} limit ${COUNTED_MAX}`;
  return Promise.all([
    one.query(`select * from events ${where} ${PAGE}`, values),
    two.query(`select count(*) from (${counted}) as counted`, values),
  ]);
}
