import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { setImmediate as nextRound } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { type Clock, within } from "../../clock.ts";
import { DeliveryError } from "../contract.ts";
import type { Destinations } from "../destinations.ts";

const CONNECT_MS_MAX = 10_000;
const WRITE_MS_MAX = 30_000;

export interface SyslogAddress {
  readonly transport: "tls" | "tcp" | "udp";
  readonly host: string;
  readonly port: number;
  /** PEM: certificates to trust instead of the system's. */
  readonly ca: string | undefined;
}

/**
 * A connection that stays open between batches. Syslog has no acknowledgement: a batch counts as delivered once the operating system has taken all
 * of it and the connection is still open.
 */
export class SyslogConnection {
  private readonly address: SyslogAddress;
  private readonly destinations: Destinations;
  private readonly clock: Clock;
  private socket: Socket | undefined;

  constructor(address: SyslogAddress, destinations: Destinations, clock: Clock) {
    this.address = address;
    this.destinations = destinations;
    this.clock = clock;
  }

  async send(messages: readonly string[], frame: (message: string) => string, signal: AbortSignal): Promise<void> {
    this.destinations.requireHost(this.address.host);
    try {
      await within(this.clock, WRITE_MS_MAX, signal, (limited) =>
        this.address.transport === "udp"
          ? this.sendDatagrams(messages)
          : this.write(messages.map(frame).join(""), limited),
      );
    } catch (error) {
      this.close();
      signal.throwIfAborted();
      throw asDeliveryError(error, this.address);
    }
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private async write(text: string, signal: AbortSignal): Promise<void> {
    // Notices a connection that ended since the last batch.
    await nextRound();
    const socket = this.socket?.writable === true ? this.socket : await this.connect(signal);
    const aborted = () => socket.destroy(new Error("it took too long"));
    signal.addEventListener("abort", aborted);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.write(text, (error) => {
          socket.off("error", reject);
          if (error) reject(error);
          else resolve();
        });
      });
    } finally {
      signal.removeEventListener("abort", aborted);
    }
    await nextRound();
    // A receiver that has closed the connection meanwhile may not have read this.
    if (!socket.writable) throw new Error("the connection was closed");
  }

  private async connect(signal: AbortSignal): Promise<Socket> {
    const { transport, host, port, ca } = this.address;
    const options = { host, port, lookup: this.destinations.lookup };
    const isTls = transport === "tls";
    const socket = isTls
      ? connectTls({
          ...options,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(ca === undefined ? {} : { ca }),
        })
      : connectTcp(options);
    // Errors between batches end the connection; the next batch opens another one.
    socket.on("error", () => undefined);
    // No data is expected, but the end must be noticed.
    socket.on("end", () => socket.destroy()).resume();
    const isConnected = isTls ? "secureConnect" : "connect";
    try {
      await within(this.clock, CONNECT_MS_MAX, signal, (limited) => once(socket, isConnected, { signal: limited }));
    } catch (error) {
      socket.destroy();
      throw error;
    }
    socket.unref();
    this.socket = socket;
    return socket;
  }

  private async sendDatagrams(messages: readonly string[]): Promise<void> {
    const { host, port } = this.address;
    const { address, family } = await this.resolve(host);
    const socket = createSocket(family === 6 ? "udp6" : "udp4");
    try {
      for (const message of messages) {
        await new Promise<void>((resolve, reject) => {
          socket.send(message, port, address, (error) => (error ? reject(error) : resolve()));
        });
      }
    } finally {
      socket.close();
    }
  }

  private resolve(host: string): Promise<{ address: string; family: number }> {
    const literal = isIP(host);
    // The system also takes other spellings, such as 127.1: their address is checked as that of a name.
    if (literal !== 0) return Promise.resolve({ address: host, family: literal });
    return new Promise((resolve, reject) => {
      this.destinations.lookup(host, {}, (error, address, family) => {
        if (error) reject(error);
        else resolve({ address: String(address), family: family ?? 4 });
      });
    });
  }
}

function asDeliveryError(error: unknown, { host, port }: SyslogAddress): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new DeliveryError("unavailable", `${host}:${port} cannot be reached: ${reason}`, { cause: error });
}
