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
<header class="bar"><a href="/">${MARK}<span>Daybook</span></a></header>
<main>
<h1>API reference</h1>
<p>${text(document.info.description)} For programs, the same is at <a href="/openapi.json">/openapi.json</a>.</p>
<nav aria-label="Operations">${tags.map((tag) => html`<div><h2>${tag}</h2><ul>${operations.filter((one) => one.tag === tag).map((one) => html`<li><a href="#${anchor(one)}"><code>${one.method} ${one.path}</code></a> ${text(one.summary)}</li>`)}</ul></div>`)}</nav>
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
<p><strong>${text(operation.summary)}.</strong> ${text(operation.description)}</p>
${operation.parameters.length === 0 ? raw("") : html`<h4>Parameters</h4><dl>${operation.parameters.map((one) => html`<div><dt><code>${one.name}</code> ${one.in}${one.required ? ", required" : ""}</dt><dd>${text(one.description)}</dd></div>`)}</dl>`}
${operation.body === undefined ? raw("") : html`<details><summary>Body</summary><pre tabindex="0">${JSON.stringify(operation.body, null, 2)}</pre></details>`}
<h4>Answers</h4><dl>${operation.responses.map((one) => html`<div><dt><code>${one.status}</code></dt><dd>${text(one.description)}</dd></div>`)}</dl>
</section>`;
}

/** A text of the description, in which backticks mark code. */
function text(marked: string | undefined) {
  return (marked ?? "").split("`").map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
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

/** The console's mark: a book with a marked page. */
const MARK = raw(
  '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"/><g><path d="M10 8.5h10a2.5 2.5 0 0 1 2.5 2.5v12.5h-10A2.5 2.5 0 0 1 10 21z"/><path d="M10 21a2.5 2.5 0 0 1 2.5-2.5h10M14 12.5h4.5"/></g></svg>',
);

/** The console's colours and sizes. */
export const REFERENCE_STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1a1a1f, #ececf1); --quiet: light-dark(#5e5e6a, #a1a1ad); --line: light-dark(#e5e5ea, #26262c);
  --ground: light-dark(#ffffff, #0c0c0e); --card: light-dark(#f8f8fa, #111114); --link: light-dark(#2b55c8, #8fb0ff);
  --primary: light-dark(#1c1c22, #ececf1); --on-primary: light-dark(#ffffff, #141417); --ring: light-dark(#3b6ae0, #7ea2ff);
  background: var(--ground); color: var(--text); font: 14px/1.6 ui-sans-serif, system-ui, sans-serif; scroll-padding-top: 4.5rem;
}
body { margin: 0; }
a { color: var(--link); text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--ring); outline-offset: 2px; }
.bar { position: sticky; top: 0; border-bottom: 1px solid var(--line); background: var(--card); padding: 0.7rem max(1rem, calc((100% - 58rem) / 2)); }
.bar a { display: inline-flex; align-items: center; gap: 0.6rem; color: inherit; font-size: 1.05rem; font-weight: 600; letter-spacing: -0.02em; text-decoration: none; }
.bar svg { width: 1.75rem; height: 1.75rem; fill: var(--primary); }
.bar g { fill: none; stroke: var(--on-primary); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 6rem; box-sizing: border-box; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; margin: 2rem 0 0.5rem; letter-spacing: -0.01em; }
h1 { font-size: 1.5rem; margin-top: 0; } h2 { font-size: 1.125rem; } h3 { font-size: 1rem; }
h4 { margin: 1.25rem 0 0.25rem; color: var(--quiet); font-size: 0.8125rem; font-weight: 500; }
nav { columns: 2 22rem; column-gap: 2.5rem; } nav div { break-inside: avoid; padding-bottom: 1rem; } nav h2 { font-size: 0.875rem; margin-top: 0; }
nav ul { margin: 0; padding: 0; list-style: none; color: var(--quiet); font-size: 0.8125rem; } nav li { padding: 0.15rem 0; }
code, pre { font: 0.8125rem/1.5 ui-monospace, monospace; }
pre { overflow: auto; padding: 1rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--card); overflow-wrap: normal; }
summary { cursor: pointer; padding: 0.4rem 0; }
dl { margin: 0; font-size: 0.8125rem; } dt { color: var(--quiet); } dt code { margin-right: 0.4rem; color: var(--text); } dd { margin: 0; }
dl div { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 0 1rem; padding: 0.35rem 0; border-bottom: 1px solid var(--line); }
dl div:last-child { border-bottom: 0; } h3 code { font-size: 1rem; font-weight: 600; } p code, dd code { padding: 0 0.25em; border-radius: 0.2rem; background: var(--card); }
@media (width < 40rem) { dl div { grid-template-columns: minmax(0, 1fr); } }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
`;
