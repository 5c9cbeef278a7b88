/** What is known of an address. */
export interface AddressFacts {
  readonly country?: {
    /** ISO 3166-1, two letters. */
    readonly code: string;
    readonly name: string;
  };
  /** Who runs the network: an autonomous system. */
  readonly network?: { readonly number: number; readonly name?: string };
}

const NAMES = new Intl.DisplayNames(["en"], { type: "region" });

/**
 * What a record says, in the forms of MaxMind (GeoLite2, GeoIP2), DB-IP and IPinfo. A record comes from a file of somebody else's: what has
 * another form is left out.
 */
export function factsOf(record: unknown): AddressFacts {
  const country = countryOf(member(member(record, "country"), "iso_code") ?? member(record, "country_code"));
  const plain = country ?? countryOf(member(record, "country"));
  const network = networkOf(record) ?? networkOf(member(record, "traits"));
  return { ...(plain && { country: plain }), ...(network && { network }) };
}

function countryOf(code: unknown): AddressFacts["country"] {
  if (typeof code !== "string" || !/^[A-Z]{2}$/.test(code)) return undefined;
  return { code, name: countryName(code) };
}

/** @param code ISO 3166-1, two capital letters. */
export function countryName(code: string): string {
  return NAMES.of(code) ?? code;
}

function networkOf(record: unknown): AddressFacts["network"] {
  const number = numberOf(member(record, "autonomous_system_number") ?? member(record, "asn"));
  const name = member(record, "autonomous_system_organization") ?? member(record, "as_name");
  if (number === undefined) return undefined;
  return { number, ...(typeof name === "string" && name !== "" && { name }) };
}

/** Of `64496` or `AS64496`. */
function numberOf(value: unknown): number | undefined {
  const [, digits] = /^(?:AS)?(\d{1,10})$/.exec(String(value)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
