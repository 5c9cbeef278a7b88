import { type Dataset, LARGEST } from "./dataset.ts";

/** One question, asked of Daybook as query parameters and of PostgreSQL as a condition. */
export interface Question {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** SQL after the organization and the range; `$4` on are `values`. */
  readonly condition: string;
  readonly values: readonly string[];
  /** Whose events. Default: the largest organization's. */
  readonly tenant?: string;
  /** PostgreSQL has a b-tree that gives the page as it is. */
  readonly indexed?: boolean;
}

/** Everything of an organization in a range. */
export const EVERYTHING: Question = { name: "no filter", parameters: {}, condition: "", values: [], indexed: true };

const MATCHES = "(description ilike '%' || $4 || '%' or resource_id ilike '%' || $4 || '%')";
export const COMMON_WORD = "message";

/** The ten filters of a page: each kind, then substring search. */
export function tenQuestions(dataset: Pick<Dataset, "actorId" | "ip">): readonly Question[] {
  return [...pageQuestions(dataset), ...searchQuestions()];
}

function pageQuestions({ actorId, ip }: Pick<Dataset, "actorId" | "ip">): readonly Question[] {
  return [
    EVERYTHING,
    {
      name: "action",
      parameters: { action: "knowledge.update" },
      condition: "and action = $4",
      values: ["knowledge.update"],
      indexed: true,
    },
    {
      name: "family and outcome",
      parameters: { action: "db.*", outcome: "denied" },
      condition: "and action like $4 and outcome = $5",
      values: ["db.%", "denied"],
    },
    {
      name: "resource type",
      parameters: { resource_type: "channel" },
      condition: "and lower(resource_type) like $4",
      values: ["channel%"],
    },
    byActor(actorId),
    { name: "address", parameters: { ip }, condition: "and ip = $4::inet", values: [ip] },
    { name: "role", parameters: { role: "auditor" }, condition: "and actor_role = $4", values: ["auditor"] },
  ];
}

export function byActor(actorId: string): Question {
  return { name: "actor", parameters: { actor_id: actorId }, condition: "and actor_id = $4", values: [actorId] };
}

/** Substring search: a common word, a rare piece of an id, and one that matches nothing. */
function searchQuestions(): readonly Question[] {
  return [COMMON_WORD, "orders:4242", "no such text"].map((text) => ({
    name: `search “${text}”`,
    parameters: { q: text },
    condition: `and ${MATCHES}`,
    values: [text],
  }));
}

/** The common word, everywhere in the ninety days. */
export function commonWord(): Question {
  return {
    name: `“${COMMON_WORD}”`,
    parameters: { q: COMMON_WORD },
    condition: `and ${MATCHES}`,
    values: [COMMON_WORD],
  };
}

export interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

/** The whole data set, or its last thirty days. */
export function rangeOf({ startMs, endMs }: Dataset, days?: number): Range {
  return { startMs: days === undefined ? startMs : endMs - days * 86_400_000, endMs: endMs + 1 };
}

/** A path of the API with the question about the largest organization in the range. */
export function pathOf(
  path: string,
  { parameters, tenant = LARGEST }: Question,
  range: Range,
  more: Record<string, string> = {},
): string {
  const query = new URLSearchParams({
    tenant_id: tenant,
    start: new Date(range.startMs).toISOString(),
    end: new Date(range.endMs).toISOString(),
    ...parameters,
    ...more,
  });
  return `${path}?${query}`;
}

/** `where …` for the same question; takes the values of `whereValues`. */
export function whereOf({ condition }: Question): string {
  return `where tenant_id = $1 and ts >= $2 and ts < $3 ${condition}`;
}

export function whereValues({ values, tenant = LARGEST }: Question, range: Range): string[] {
  return [tenant, new Date(range.startMs).toISOString(), new Date(range.endMs).toISOString(), ...values];
}
