import { setTimeout as pause } from "node:timers/promises";
import type { TestServer } from "../support/server.ts";
import { auditEntry, auditExport } from "./audit.ts";
import type { Book, Booked } from "./book.ts";

/** Requests at once. */
const ABREAST = 8;
/** Before any event's timestamp. */
const ALL = "start=2020-01-01";

/** Reads what the server holds and says, once search has read the whole log. */
export class ReadBack {
  private readonly server: TestServer;
  private readonly key: string;
  /** The last position that is read. Reading is recorded, too: without it every answer would differ from the one before. */
  asOf = "";

  private constructor(server: TestServer, key: string) {
    this.server = server;
    this.key = key;
  }

  /** Waits until search has caught up; nobody may write meanwhile. @param organization one that there is. */
  static async of(server: TestServer, key: string, organization: string): Promise<ReadBack> {
    const readBack = new ReadBack(server, key);
    while (!/^daybook_search_lag 0$/m.test(await server.metrics())) await pause(20);
    const page = JSON.parse(await readBack.text(`/v1/events?limit=1&tenant_id=${organization}`));
    readBack.asOf = (page as { indexed_through: string }).indexed_through;
    return readBack;
  }

  export(organization: string): Promise<string> {
    return this.text(`/v1/events/export?format=ndjson&${ALL}&as_of=${this.asOf}&tenant_id=${organization}`);
  }

  /** The export against the book. @returns faults. */
  async auditExport(book: Book, organization: string): Promise<string[]> {
    return auditExport(book, organization, await this.export(organization));
  }

  /** The pages, and the total that comes with them, against the export. @returns faults. */
  async auditPages(organization: string): Promise<string[]> {
    const exported = await this.export(organization);
    const { lines, total } = await this.pages(organization);
    const faults: string[] = [];
    if (lines.join("") !== exported) faults.push(`${organization}: the pages are not the export`);
    const exact = lines.length <= 10_000;
    if (exact && total !== lines.length) faults.push(`${organization}: total ${total} for ${lines.length} events`);
    return faults;
  }

  /** The event and the entry of each receipt, from the log itself. @returns faults. */
  async auditEntries(receipts: readonly Booked[]): Promise<string[]> {
    const faults: string[] = [];
    const left = [...receipts];
    const reader = async () => {
      for (let booked = left.pop(); booked; booked = left.pop()) {
        const { sent, receipt } = booked;
        const path = `/v1/events/${receipt.id}`;
        const tenant = `tenant_id=${sent.organization}`;
        const [event, entry] = await Promise.all([
          this.text(`${path}?${tenant}`),
          this.text(`${path}/entry?${tenant}`),
        ]);
        faults.push(...auditEntry(booked, event, entry));
      }
    };
    await Promise.all(Array.from({ length: ABREAST }, reader));
    return faults;
  }

  private async pages(organization: string): Promise<{ lines: string[]; total: number }> {
    const lines: string[] = [];
    let total = 0;
    for (let cursor = ""; ; ) {
      const text = await this.text(
        `/v1/events?limit=1000&${ALL}&as_of=${this.asOf}&tenant_id=${organization}${cursor}`,
      );
      const page = JSON.parse(text) as { data: unknown[]; next_cursor: string | null; total: { value: number } };
      lines.push(...page.data.map((event) => `${JSON.stringify(event)}\n`));
      total = page.total.value;
      if (page.next_cursor === null) return { lines, total };
      cursor = `&cursor=${page.next_cursor}`;
    }
  }

  private async text(path: string): Promise<string> {
    const response = await this.server.fetch(path, {}, this.key);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text;
  }
}
