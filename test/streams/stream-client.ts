import type { TestServer } from "../support/server.ts";

export interface SeenStream {
  readonly id: string;
  readonly name: string;
  readonly public_keys: readonly string[];
  readonly state: {
    readonly health: string;
    readonly delivered_through: string | null;
    readonly lag: number;
    readonly last_error: string | null;
  };
}

export interface CreatedStream extends SeenStream {
  readonly signing_secret: string | null;
}

/** The streams of one organization, by session. */
export class StreamClient {
  private readonly server: TestServer;
  private readonly headers: Record<string, string>;
  private readonly organization: string;

  constructor(server: TestServer, session: Record<string, string>, organization: string) {
    this.server = server;
    this.headers = { ...session, "content-type": "application/json" };
    this.organization = organization;
  }

  async list(): Promise<SeenStream[]> {
    return ((await this.ask("GET", "")) as { data: SeenStream[] }).data;
  }

  async create(stream: Record<string, unknown>): Promise<CreatedStream> {
    return (await this.ask("POST", "", stream)) as CreatedStream;
  }

  async find(id: string): Promise<SeenStream> {
    return (await this.ask("GET", `/${id}`)) as SeenStream;
  }

  async update(id: string, change: Record<string, unknown>): Promise<SeenStream> {
    return (await this.ask("PATCH", `/${id}`, change)) as SeenStream;
  }

  async remove(id: string): Promise<void> {
    await this.ask("DELETE", `/${id}`);
  }

  /** `test`, `replay` or `rotate-secret`. */
  async act<T = unknown>(id: string, act: string, body?: unknown): Promise<T> {
    return (await this.ask("POST", `/${id}/${act}`, body)) as T;
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    const init: RequestInit = { method, headers: this.headers };
    if (body !== undefined) init.body = JSON.stringify(body);
    return this.server.fetch(`/v1/organizations/${this.organization}/streams${path}`, init);
  }

  private async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.send(method, path, body);
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }
}
