import type { Socket } from "node:net";

/** The inherited descriptor on which the server and the engine's process talk. Its end is the end of both sides' trust in the other. */
export const CHANNEL_FD = 3;

/** What a frame means. From the server to the engine: */
export const TO_ENGINE = { statement: 1, cancel: 2, ping: 3, close: 4 } as const;
/** From the engine to the server: */
export const FROM_ENGINE = { ready: 1, refused: 2, result: 3, failed: 4, pong: 5 } as const;

export interface Frame {
  readonly kind: number;
  /** Of the statement it is about; 0 where it is about none. */
  readonly id: number;
  readonly payload: Buffer;
}

/** A frame begins with its payload's length, its kind and its id: 4, 1 and 4 bytes. */
const HEADER = 9;

/** Whole frames over a pipe, in order. */
export class Channel {
  private readonly socket: Socket;

  /** @param ended is called once, when the other process has closed its end or is gone. */
  constructor(socket: Socket, { frame, ended }: { frame: (frame: Frame) => void; ended: () => void }) {
    this.socket = socket;
    const reader = new FrameReader(frame);
    socket.on("data", (chunk: Buffer) => reader.read(chunk));
    // A write to a process that has just ended fails before its end is noticed; `close` follows.
    socket.on("error", () => undefined);
    socket.once("end", () => socket.destroy());
    socket.once("close", ended);
  }

  /** @param payload in as many pieces as it comes in. */
  send(kind: number, id = 0, ...payload: readonly Uint8Array[]): void {
    if (this.socket.destroyed) return;
    const header = Buffer.allocUnsafe(HEADER);
    header.writeUInt32LE(
      payload.reduce((bytes, piece) => bytes + piece.length, 0),
      0,
    );
    header.writeUInt8(kind, 4);
    header.writeUInt32LE(id, 5);
    this.socket.cork();
    this.socket.write(header);
    for (const piece of payload) this.socket.write(piece);
    this.socket.uncork();
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Cuts a stream of bytes into frames; a long one is put together once, when it is complete. */
export class FrameReader {
  private readonly frame: (frame: Frame) => void;
  private chunks: Buffer[] = [];
  private bytes = 0;
  /** How many bytes must be there before anything can be done. */
  private wanted = HEADER;

  constructor(frame: (frame: Frame) => void) {
    this.frame = frame;
  }

  read(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    while (this.bytes >= this.wanted) {
      const whole = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
      const end = HEADER + whole.readUInt32LE(0);
      if (whole.length < end) {
        this.chunks = [whole];
        this.wanted = end;
        return;
      }
      this.chunks = [whole.subarray(end)];
      this.bytes -= end;
      this.wanted = HEADER;
      this.frame({ kind: whole.readUInt8(4), id: whole.readUInt32LE(5), payload: whole.subarray(HEADER, end) });
    }
  }
}
