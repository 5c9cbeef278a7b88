/** One message of a stream of server-sent events (WHATWG HTML §9.2.6), or the place it is at where `data` is undefined. */
export interface StreamMessage {
  /** The last id that was given; undefined before the first. */
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string | undefined;
}

/** Reads what a stream of lines says. An unfinished message at its end is dropped, as the standard has it. */
class MessageReader {
  private rest = "";
  private id: string | undefined;
  private event = "";
  private data: string[] = [];

  /** @param text the next piece, cut anywhere. @returns the messages that are whole with it. */
  read(text: string): StreamMessage[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.take(line) ?? []);
  }

  private take(line: string): StreamMessage | undefined {
    if (line === "") return this.finish();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.data.push(value);
    else if (field === "event") this.event = value;
    else if (field === "id" && !value.includes("\0")) this.id = value;
    return undefined;
  }

  private finish(): StreamMessage {
    const message = {
      id: this.id,
      event: this.event || "message",
      data: this.data.length > 0 ? this.data.join("\n") : undefined,
    };
    this.event = "";
    this.data = [];
    return message;
  }
}

/** The messages of a response's body, as they come; ends when it does. */
export async function* streamMessages(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamMessage> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .getReader();
  const messages = new MessageReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* messages.read(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
