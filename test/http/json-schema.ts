/** JSON Schema (2020-12) as far as the API's description uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
}

const CHECKED = [
  ...["$ref", "type", "enum", "const", "pattern", "format", "minLength", "maxLength", "minItems", "maxItems", "items"],
  ...["properties", "required", "additionalProperties", "anyOf"],
];
const ANNOTATIONS = ["description", "example", "examples", "title", "default"];

/**
 * What of a value is not as a schema says, each with a pointer; empty when all is.
 *
 * @throws Error for a keyword that this does not check: better none than one that is passed over.
 */
export function violations(value: unknown, schema: Schema, root: unknown, at = ""): string[] {
  for (const keyword of Object.keys(schema)) {
    if (!CHECKED.includes(keyword) && !ANNOTATIONS.includes(keyword)) throw new Error(`${keyword} is not checked here`);
  }
  if (schema.$ref !== undefined) return violations(value, resolve(schema.$ref, root), root, at);
  const found: string[] = [];
  const fail = (what: string) => found.push(`${at || "/"} ${what}`);
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOf(value, type))) fail(`is no ${types.join(" or ")}`);
  if (schema.enum && !schema.enum.includes(value)) fail(`is none of ${schema.enum.join(", ")}`);
  if ("const" in schema && schema.const !== value) fail(`is not ${String(schema.const)}`);
  if (schema.anyOf && !schema.anyOf.some((one) => violations(value, one, root).length === 0))
    fail("is nothing of anyOf");
  if (typeof value === "string") checkText(value, schema, fail);
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) fail("has too few elements");
    if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) fail("has too many elements");
    for (const [i, item] of value.entries()) found.push(...violations(item, schema.items ?? {}, root, `${at}/${i}`));
  } else if (typeof value === "object" && value !== null) {
    found.push(...checkObject(value as Record<string, unknown>, schema, root, at));
  }
  return found;
}

/** Follows a reference such as `#/components/schemas/Event`. @throws Error when it leads nowhere. */
export function resolve(reference: string, root: unknown): Schema {
  let found = root;
  for (const key of reference.replace(/^#\//, "").split("/"))
    found = (found as Record<string, unknown> | undefined)?.[key];
  if (found === undefined) throw new Error(`${reference} leads nowhere`);
  return found as Schema;
}

function checkText(value: string, schema: Schema, fail: (what: string) => void): void {
  if (schema.pattern && !new RegExp(schema.pattern, "u").test(value)) fail(`does not match ${schema.pattern}`);
  if (value.length < (schema.minLength ?? 0)) fail("is too short");
  if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) fail("is too long");
  if (schema.format === "date-time" && !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) fail("is no date-time");
}

function checkObject(value: Record<string, unknown>, schema: Schema, root: unknown, at: string): string[] {
  const found: string[] = [];
  for (const name of schema.required ?? []) if (!Object.hasOwn(value, name)) found.push(`${at}/${name} is missing`);
  for (const [name, member] of Object.entries(value)) {
    const known = schema.properties?.[name];
    const other = schema.additionalProperties;
    if (known) found.push(...violations(member, known, root, `${at}/${name}`));
    else if (other === false) found.push(`${at}/${name} is not known`);
    else if (typeof other === "object") found.push(...violations(member, other, root, `${at}/${name}`));
  }
  return found;
}

function isOf(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}
