import { parseParameters } from "../../src/http/parameters.ts";
import {
  BUCKETS_DEFAULT,
  facetParameters,
  histogramParameters,
  LIMIT_DEFAULT,
  pageParameters,
} from "../../src/query/parameters.ts";
import { authorizedTenant } from "../../src/query/tenant.ts";
import { type ReadScope, resolveQuery } from "../../src/read/resolve.ts";
import { openSearch } from "../../src/search/search.ts";
import { LARGEST } from "../dataset.ts";
import { timed } from "../statistics.ts";

interface Input {
  readonly directory: string;
  readonly logId: string;
  /** Paths of the API, with their parameters. */
  readonly paths: readonly string[];
  readonly rounds: number;
}

// Asks the engine the API's questions in this process, without HTTP, and prints { path: [ms] } as JSON.
const { directory, logId, paths, rounds } = JSON.parse(process.argv[2] ?? "") as Input;
const search = await openSearch({ location: { directory }, logId });
const scope: ReadScope = {
  tenant: authorizedTenant(LARGEST),
  within: undefined,
  positions: {
    by: "position",
    indexed: search.position - 1,
    mark: (value) => ({ by: "position", value }),
    format: ({ value }) => String(value),
    parse: (text) => ({ by: "position", value: Number(text) }),
  },
  now: Date.now(),
};

function ask(path: string): Promise<unknown> {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  if (pathname.endsWith("/facets")) {
    const parameters = parseParameters(facetParameters, searchParams);
    return search.facets(resolveQuery(parameters, scope), parameters.field);
  }
  if (pathname.endsWith("/histogram")) {
    const parameters = parseParameters(histogramParameters, searchParams);
    return search.histogram(resolveQuery(parameters, scope), parameters.buckets ?? BUCKETS_DEFAULT);
  }
  const query = resolveQuery(parseParameters(pageParameters, searchParams), scope);
  return search.positions(query, LIMIT_DEFAULT);
}

const samples: Record<string, number[]> = {};
for (const path of paths) {
  await ask(path);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await timed(() => ask(path)));
  samples[path] = times;
}
process.stdout.write(JSON.stringify(samples));
await search.close();
