import { buffer, text } from "node:stream/consumers";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Slots } from "../admission/index.ts";
import { DaybookError } from "../errors.ts";
import type { Tables } from "./schema.ts";
import type { Where } from "./where.ts";

/**
 * The events of one log, for reading. Every statement is made of a selection, a condition that names the organization, and what
 * comes after it; values reach it as bound parameters only.
 */
export class EventTable {
  private readonly client: ClickHouseClient;
  private readonly tables: Tables;
  private readonly slots: Slots;

  /** @param slots how many statements run at the same time, and of how many organizations. */
  constructor(client: ClickHouseClient, tables: Tables, slots: Slots) {
    this.client = client;
    this.tables = tables;
    this.slots = slots;
  }

  /** The statement's text, for use inside another one. */
  select(selection: string, where: Where, rest = ""): Statement {
    return { sql: `SELECT ${selection} FROM ${this.tables.events} WHERE ${where.sql} ${rest}`, where };
  }

  /** Rows, each an array in the order of the selection; instants are RFC 3339. */
  async rows<Row extends readonly unknown[]>(statement: Statement): Promise<Row[]> {
    const body = await this.text(statement, "JSONCompactEachRow", {
      date_time_output_format: "'iso'",
      output_format_json_quote_64bit_integers: "0",
    });
    return body === ""
      ? []
      : body
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as Row);
  }

  /**
   * Rows of a selection of numbers only, one row's after the other's: a fifth of the work of reading them as JSON. Numbers up to
   * Number.MAX_SAFE_INTEGER are exact.
   */
  async numbers(selection: readonly string[], where: Where, rest = ""): Promise<Float64Array> {
    const columns = selection.map((expression) => `toFloat64(${expression})`).join(", ");
    const bytes = await this.answer(this.select(columns, where, rest), "RowBinary", {}, buffer);
    // Copied, so that they begin where numbers can.
    return new Float64Array(new Uint8Array(bytes).buffer);
  }

  private text(statement: Statement, format: string, settings: Readonly<Record<string, string>>): Promise<string> {
    return this.answer(statement, format, settings, text);
  }

  private async answer<T>(
    statement: Statement,
    format: string,
    settings: Readonly<Record<string, string>>,
    read: (stream: NodeJS.ReadableStream) => Promise<T>,
  ): Promise<T> {
    const { tenant, signal } = statement.where;
    try {
      const run = async () => read((await this.run(statement, format, settings)).stream);
      return await this.slots.run({ organization: tenant, key: "" }, run, signal);
    } catch (error) {
      throw unavailable(error);
    }
  }

  private run(statement: Statement, format: string, settings: Readonly<Record<string, string>>) {
    // As part of the statement: over chDB the client's own settings would be SET, and stay for every statement after it.
    const list = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
    const set = list.length > 0 ? `SETTINGS ${list.join(", ")} ` : "";
    return this.client.exec({
      query: `${statement.sql} ${set}FORMAT ${format}`,
      query_params: {
        ...statement.where.parameters,
        actors: this.tables.actors,
        resources: this.tables.resources,
        sightings: this.tables.sightings,
      },
      ...(statement.where.signal && { abort_signal: statement.where.signal }),
    });
  }
}

export interface Statement {
  readonly sql: string;
  readonly where: Where;
}

function unavailable(cause: unknown): DaybookError {
  return new DaybookError("search_unavailable", "Search is not available at the moment. No recorded event is lost.", {
    retryAfterSeconds: 1,
    cause,
  });
}
