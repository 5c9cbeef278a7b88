import type { TestServer } from "../support/server.ts";

export interface Alert {
  readonly id: string;
  readonly signing_secret: string | null;
  readonly last_fired_at: string | null;
}

export interface Firing {
  readonly id: string;
  readonly alert: { readonly id: string };
  readonly fired_at: string;
  readonly kind: string;
  readonly summary: string;
  readonly value: string | null;
  readonly event_id: string | null;
  readonly acknowledged_at: string | null;
  readonly undelivered: string | null;
}

/** Where alerts are asked for, and as whom. */
interface Asked {
  readonly server: TestServer;
  readonly headers: Record<string, string>;
}

/** As many as one page has. */
const FIRINGS = 200;

/** The alerts of acme, on a server that can be another one at each call. */
export class AlertClient {
  private readonly asked: () => Asked;

  constructor(asked: () => Asked) {
    this.asked = asked;
  }

  /** An alert for each match, unless the fields say otherwise. */
  create(fields: Record<string, unknown>): Promise<Alert> {
    return this.ask<Alert>("POST", "/alerts", { condition: { type: "match" }, ...fields });
  }

  async list(): Promise<Alert[]> {
    return (await this.ask<{ data: Alert[] }>("GET", "/alerts")).data;
  }

  async remove(id: string): Promise<void> {
    await this.ask("DELETE", `/alerts/${id}`);
  }

  /** Of one alert, newest first. */
  async firings({ id }: { readonly id: string }): Promise<Firing[]> {
    const { data } = await this.ask<{ data: Firing[] }>("GET", `/firings?limit=${FIRINGS}`);
    return data.filter(({ alert }) => alert.id === id);
  }

  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.send(method, path, body);
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    const { server, headers } = this.asked();
    return server.fetch(`/v1/organizations/acme${path}`, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}
