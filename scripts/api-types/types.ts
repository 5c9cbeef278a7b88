/** JSON Schema as far as the API's description uses it for what the console knows by name. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly description?: string;
}

/** The SDK has these, for every program that sends and reads events. */
const OF_SDK: ReadonlySet<string> = new Set(["Event", "EventInput", "Receipt", "Rejection"]);

/** TypeScript for every schema that the API's description names. Everything is readonly: it is what an answer said. */
export function typesOf(schemas: Readonly<Record<string, Schema>>): string {
  const names = Object.keys(schemas).filter((name) => !OF_SDK.has(name));
  const declarations = names.sort().map((name) => declaration(name, schemas[name] as Schema));
  const text = declarations.join("\n");
  const used = [...OF_SDK].filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  return [
    ...(used.length > 0 ? [`import type { ${used.join(", ")} } from "@daybook/sdk";\n`] : []),
    "/** Generated from the API's description by `npm run api-types`. A test fails while it is not current. */\n",
    text,
  ].join("\n");
}

function declaration(name: string, schema: Schema): string {
  const type = typeOf(schema, "");
  const isObject = schema.type === "object" && schema.properties !== undefined;
  return `${comment(schema, "")}export ${isObject ? `interface ${name} ${type}` : `type ${name} = ${type};`}\n`;
}

function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref !== undefined) return schema.$ref.replace("#/components/schemas/", "");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map((one) => typeOf(one, indent)).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if ("const" in schema) return JSON.stringify(schema.const);
  const types = [schema.type ?? "unknown"].flat();
  return types.map((type) => ofType(type, schema, indent)).join(" | ");
}

function ofType(type: string, schema: Schema, indent: string): string {
  if (type === "object") return objectOf(schema, indent);
  if (type === "array") {
    const item = typeOf(schema.items ?? {}, indent);
    return `readonly ${item.includes(" | ") ? `(${item})` : item}[]`;
  }
  if (type === "integer") return "number";
  if (["string", "number", "boolean", "null", "unknown"].includes(type)) return type;
  throw new Error(`No type for ${type}: teach scripts/api-types/types.ts about it`);
}

function objectOf({ properties, required = [], additionalProperties }: Schema, indent: string): string {
  if (properties === undefined || Object.keys(properties).length === 0) {
    const values = typeof additionalProperties === "object" ? typeOf(additionalProperties, indent) : "unknown";
    return `{ readonly [name: string]: ${values} }`;
  }
  const fields = Object.entries(properties);
  const field = (name: string, schema: Schema, inner: string) =>
    `readonly ${isName(name) ? name : JSON.stringify(name)}${required.includes(name) ? "" : "?"}: ${typeOf(schema, inner)};`;
  // On one line, as far as the formatter leaves it there.
  if (indent !== "" && fields.every(([, { description }]) => description === undefined)) {
    return `{ ${fields.map(([name, schema]) => field(name, schema, indent)).join(" ")} }`;
  }
  const inner = `${indent}  `;
  const lines = fields.map(([name, schema]) => `${comment(schema, inner)}${inner}${field(name, schema, inner)}\n`);
  return `{\n${lines.join("")}${indent}}`;
}

/** Whether it needs no quotation marks. */
function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

function comment({ description }: Schema, indent: string): string {
  return description === undefined ? "" : `${indent}/** ${description} */\n`;
}
