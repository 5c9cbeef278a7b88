import { z } from "zod";
import { requireAccepted } from "../http-sender.ts";
import { ClientCredentials } from "./client-credentials.ts";
import { headers as headerFields, httpUrl, shortText } from "./fields.ts";
import { type Misfit, sinkKind } from "./sink-kind.ts";
import { fillTemplate, templateFault } from "./template.ts";

const LIMITS = { records: 1_000, bytes: 1024 * 1024, recordBytes: 1024 * 1024, lingerMs: 0 };

const FRAMINGS = ["lines", "array", "each"] as const;

/** How records are sent: one a line, as a JSON array, or each in its own request. */
const CONTENT_TYPES = { lines: "application/x-ndjson", array: "application/json", each: "application/json" };

const UNAUTHORIZED = 401;

/** Any other receiver that accepts JSON over HTTP. A template shapes each record. Header fields are secrets. */
export const http = sinkKind({
  type: "http",
  config: z.strictObject({
    url: httpUrl,
    method: z.enum(["POST", "PUT"], { error: "must be POST or PUT" }).default("POST"),
    framing: z.enum(FRAMINGS, { error: `must be one of ${FRAMINGS.join(", ")}` }).default("lines"),
    content_type: shortText.optional(),
    template: z
      .string()
      .max(16_384, "must be at most 16384 characters")
      .superRefine((template, context) => {
        const message = templateFault(template);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .optional()
      .meta({
        description:
          "JSON for each record. `{{path}}` is a value of the record, `{{string path}}` the same as a string.",
        example: '{ "ts": {{timestamp}}, "who": {{actor.id}}, "raw": {{string}} }',
      }),
    gzip: z.boolean("must be true or false").default(false),
    token_url: httpUrl.optional().meta({
      description:
        "Where to get a token with OAuth 2.0 client credentials. Needs `client_id` and the secret `client_secret`.",
    }),
    client_id: shortText.optional(),
    scope: shortText.optional(),
  }),
  secrets: z.strictObject({ headers: headerFields.default({}), client_secret: shortText.optional() }),
  formats: ["daybook", "ocsf"],
  misfits({ token_url, client_id, scope }, { client_secret, headers }) {
    if (token_url === undefined) {
      const isMeant = [client_id, scope, client_secret].some((one) => one !== undefined);
      return isMeant ? [[["config", "token_url"], "is required with client_id, scope or client_secret"]] : [];
    }
    const misfits: Misfit[] = [];
    if (client_id === undefined) misfits.push([["config", "client_id"], "is required with token_url"]);
    if (client_secret === undefined) misfits.push([["secrets", "client_secret"], "is required with token_url"]);
    if (Object.keys(headers).some((name) => name.toLowerCase() === "authorization")) {
      misfits.push([["secrets", "headers"], "must not hold Authorization: the token is sent there"]);
    }
    return misfits;
  },
  open(config, { headers, client_secret: clientSecret = "" }, { http: sender }) {
    const { url, method, framing, content_type, template, gzip, scope } = config;
    const { token_url: tokenUrl, client_id: clientId = "" } = config;
    const tokens =
      tokenUrl === undefined ? undefined : new ClientCredentials(sender, { tokenUrl, clientId, clientSecret, scope });
    const fields = { "content-type": content_type ?? CONTENT_TYPES[framing], ...headers };
    return {
      limits: framing === "each" ? { ...LIMITS, records: 1 } : LIMITS,
      shape: template === undefined ? undefined : (text) => fillTemplate(template, text),
      async send({ records, id }, signal) {
        const texts = records.map(({ text }) => text);
        const bodies =
          framing === "each" ? texts : [framing === "array" ? `[${texts.join(",")}]` : `${texts.join("\n")}\n`];
        for (const body of bodies) {
          const bearer = tokens && { authorization: `Bearer ${await tokens.token(signal)}` };
          const posting = { url, method, headers: { "daybook-batch": id, ...fields, ...bearer }, body, gzip };
          const answer = await sender.send(posting, signal);
          if (answer.status === UNAUTHORIZED) tokens?.forget();
          requireAccepted(answer);
        }
      },
      close: () => sender.close(),
    };
  },
});
