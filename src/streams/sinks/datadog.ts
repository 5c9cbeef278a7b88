import { z } from "zod";
import { DeliveryError, type OutgoingRecord } from "../contract.ts";
import { httpUrl, shortText } from "./fields.ts";
import { sinkKind } from "./sink-kind.ts";

/** The API takes 1,000 entries and 5 MB a request, 1 MB an entry; inside a JSON string a text is longer than it is. */
const LIMITS = { records: 1_000, bytes: 3 * 1024 * 1024, recordBytes: 700 * 1024, lingerMs: 0 };

/** What the intake answers. Anything else is the page of a proxy. */
const ACCEPTED = 202;

/** Datadog's log intake (API v2). It takes nothing older than 18 hours: a replay further back is answered 202 and dropped there. */
export const datadog = sinkKind({
  type: "datadog",
  config: z.strictObject({
    site: shortText.regex(/^[a-z0-9.-]+$/, "must be a site such as datadoghq.eu").default("datadoghq.com"),
    url: httpUrl.optional().meta({ description: "Of a proxy or private link in place of the site's intake." }),
    service: shortText.default("daybook"),
    tags: shortText.optional().meta({ example: "env:prod,team:security" }),
  }),
  secrets: z.strictObject({ api_key: shortText }),
  formats: ["daybook", "ocsf"],
  open({ site, url = `https://http-intake.logs.${site}/api/v2/logs`, service, tags }, { api_key }, { http }) {
    const headers = { "dd-api-key": api_key, "content-type": "application/json" };
    const entry = ({ text, organization }: OutgoingRecord) => ({
      ddsource: "daybook",
      service,
      hostname: organization,
      ...(tags === undefined ? {} : { ddtags: tags }),
      message: text,
    });
    return {
      limits: LIMITS,
      async send({ records }, signal) {
        const posting = { url, headers, body: JSON.stringify(records.map(entry)), gzip: true };
        const { status } = await http.deliver(posting, signal);
        if (status !== ACCEPTED) throw new DeliveryError("unavailable", `The receiver answered ${status}, not 202.`);
      },
      close: () => http.close(),
    };
  },
});
