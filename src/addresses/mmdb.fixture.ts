/** A small file in MaxMind's format (https://maxmind.github.io/MaxMind-DB/), for tests: none is shipped. */

type Value = string | number | { readonly [name: string]: Value };

export interface DatabaseContent {
  readonly type: string;
  readonly builtAt: Date;
  /** By prefixes of IPv4, such as `203.0.113.0/24`. None within another. */
  readonly records: Readonly<Record<string, Value>>;
}

export function mmdb({ type, builtAt, records }: DatabaseContent): Buffer {
  const nodes: [Branch, Branch][] = [[undefined, undefined]];
  const data: Buffer[] = [];
  let dataLength = 0;
  for (const [prefix, record] of Object.entries(records)) {
    insert(nodes, prefix, { data: dataLength });
    const bytes = encoded(record);
    data.push(bytes);
    dataLength += bytes.length;
  }
  const count = nodes.length;
  const numberOf = (branch: Branch) =>
    branch === undefined ? count : typeof branch === "number" ? branch : count + 16 + branch.data;
  const tree = Buffer.alloc(count * 8);
  for (const [at, pair] of nodes.entries()) {
    for (const [side, branch] of pair.entries()) tree.writeUInt32BE(numberOf(branch), at * 8 + side * 4);
  }
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Math.floor(builtAt.getTime() / 1000),
    database_type: type,
    ip_version: 4,
    node_count: count,
    record_size: 32,
  };
  return Buffer.concat([tree, Buffer.alloc(16), ...data, MARKER, encoded(metadata)]);
}

const MARKER = Buffer.from("abcdef4d61784d696e642e636f6d", "hex");

/** The number of another node, a record, or nothing. */
type Branch = number | { readonly data: number } | undefined;

function insert(nodes: [Branch, Branch][], prefix: string, record: { readonly data: number }): void {
  const [address = "", width] = prefix.split("/");
  const bits = address
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("")
    .slice(0, Number(width));
  let node = 0;
  for (const [at, bit] of [...bits].entries()) {
    const pair = nodes[node] as [Branch, Branch];
    const side = Number(bit) as 0 | 1;
    if (at === bits.length - 1) pair[side] = record;
    else {
      if (typeof pair[side] !== "number") pair[side] = nodes.push([undefined, undefined]) - 1;
      node = pair[side] as number;
    }
  }
}

const TYPES = { string: 2, unsigned: 6, map: 7 } as const;

function encoded(value: Value): Buffer {
  if (typeof value === "string")
    return Buffer.concat([control(TYPES.string, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(TYPES.unsigned, 4), bytes]);
  }
  const members = Object.entries(value);
  return Buffer.concat([control(TYPES.map, members.length), ...members.flat().map((part) => encoded(part))]);
}

/** A length below 29, or below 285 in a byte of its own. */
function control(type: number, length: number): Buffer {
  return length < 29 ? Buffer.from([(type << 5) | length]) : Buffer.from([(type << 5) | 29, length - 29]);
}
