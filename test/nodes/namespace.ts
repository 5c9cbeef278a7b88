import { execFileSync } from "node:child_process";

/** Namespaces of this process so far. */
let made = 0;

/**
 * A network namespace: a process in it reaches this machine by one cable, which a test pulls. What is sent then gets no answer, and no error either, as between
 * two machines whose network has failed.
 */
export class Namespace {
  /** This machine, as a process in it sees it. */
  readonly host: string;
  private readonly name: string;
  /** This machine's end of the cable. */
  private readonly cable: string;

  private constructor(name: string, cable: string, host: string) {
    this.name = name;
    this.cable = cable;
    this.host = host;
  }

  /** @returns undefined where this account cannot create one. */
  static create(): Namespace | undefined {
    const number = ++made;
    const name = `daybook-${process.pid}-${number}`;
    const cable = `db${process.pid}n${number}`;
    const [host, inside] = addresses(number);
    try {
      ip("netns", "add", name);
    } catch {
      return undefined;
    }
    const namespace = new Namespace(name, cable, host);
    try {
      ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name);
      ip("address", "add", `${host}/30`, "dev", cable);
      ip("link", "set", cable, "up");
      ip("-n", name, "address", "add", `${inside}/30`, "dev", "eth0");
      ip("-n", name, "link", "set", "eth0", "up");
      ip("-n", name, "link", "set", "lo", "up");
      return namespace;
    } catch {
      namespace.remove();
      return undefined;
    }
  }

  /** What runs a program in it. */
  get runner(): readonly string[] {
    return ["nsenter", `--net=/run/netns/${this.name}`];
  }

  cut(): void {
    ip("link", "set", this.cable, "down");
  }

  join(): void {
    ip("link", "set", this.cable, "up");
  }

  remove(): void {
    ip("netns", "del", this.name);
  }
}

function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: "ignore" });
}

/** Both ends of a cable, of a network that no other process of these tests has. */
function addresses(number: number): [string, string] {
  const net = ((process.pid * 8 + number) * 4) % 2 ** 22;
  const address = (last: number) => `10.${64 + (net >> 16)}.${(net >> 8) & 255}.${(net & 255) + last}`;
  return [address(1), address(2)];
}
