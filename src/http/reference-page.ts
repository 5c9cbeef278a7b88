import type { OpenAPIHono } from "@hono/zod-openapi";
import { html, raw } from "hono/html";

export type Document = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string | undefined;
  readonly tag: string;
  readonly parameters: readonly {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: unknown;
  }[];
  readonly body: unknown;
  readonly responses: readonly { status: string; description: string }[];
}

/** The API's description as one page without a script, so that the page's own policy stays as strict as the console's. */
export function referencePage(document: Document) {
  const operations = operationsOf(document);
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API reference · Daybook</title><link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<main>
<h1>Daybook API</h1>
<p>${document.info.description ?? ""} The same as data: <a href="/openapi.json">/openapi.json</a>.</p>
<nav aria-label="Operations">${tags.map((tag) => html`<h2>${tag}</h2><ul>${operations.filter((one) => one.tag === tag).map((one) => html`<li><a href="#${anchor(one)}"><code>${one.method} ${one.path}</code></a> ${one.summary}</li>`)}</ul>`)}</nav>
${operations.map(section)}
<h2>Schemas</h2>
${Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => html`<section id="schema-${name}"><h3>${name}</h3><pre tabindex="0">${JSON.stringify(schema, null, 2)}</pre></section>`)}
</main>
</body>
</html>`;
}

function section(operation: Operation) {
  return html`<section id="${anchor(operation)}">
<h3><code>${operation.method} ${operation.path}</code></h3>
<p><strong>${operation.summary}.</strong> ${operation.description ?? ""}</p>
${operation.parameters.length === 0 ? raw("") : html`<table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Meaning</th></tr></thead><tbody>${operation.parameters.map((one) => html`<tr><td><code>${one.name}</code>${one.required ? " (required)" : ""}</td><td>${one.in}</td><td>${one.description ?? ""}</td></tr>`)}</tbody></table>`}
${operation.body === undefined ? raw("") : html`<details><summary>Body</summary><pre tabindex="0">${JSON.stringify(operation.body, null, 2)}</pre></details>`}
<table><thead><tr><th scope="col">Status</th><th scope="col">Answer</th></tr></thead><tbody>${operation.responses.map((one) => html`<tr><td>${one.status}</td><td>${one.description}</td></tr>`)}</tbody></table>
</section>`;
}

function anchor({ method, path }: Operation): string {
  return `${method}-${path}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, RawOperation>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      summary: operation.summary ?? path,
      description: operation.description,
      tag: operation.tags?.[0] ?? "Other",
      parameters: operation.parameters ?? [],
      body: operation.requestBody,
      responses: Object.entries(operation.responses ?? {}).map(([status, { description }]) => ({
        status,
        description,
      })),
    })),
  );
}

interface RawOperation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Operation["parameters"];
  requestBody?: unknown;
  responses?: Record<string, { description: string }>;
}

export const REFERENCE_STYLE = `
:root { color-scheme: light dark; font: 16px/1.6 ui-sans-serif, system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 6rem; }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 0.5rem; }
code, pre { font: 0.875rem/1.5 ui-monospace, monospace; }
pre { overflow: auto; padding: 1rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 0.5rem; }
table { width: 100%; border-collapse: collapse; margin: 0.75rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
section { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); margin-top: 2rem; }
`;
