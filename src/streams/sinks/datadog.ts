import { z } from "zod";
import { DeliveryError, type OutgoingRecord } from "../contract.ts";
import { httpUrl, shortText } from "./fields.ts";
import { sinkKind } from "./sink-kind.ts";

/** The API accepts 1,000 entries and 5 MB in a request, and 1 MB for each entry. Inside a JSON string, a text gets longer. */
const LIMITS = { records: 1_000, bytes: 3 * 1024 * 1024, recordBytes: 700 * 1024, lingerMs: 0 };

/** The status that the intake answers. Any other answer is the page of a proxy. */
const ACCEPTED = 202;

/** Datadog's log intake (API v2). It keeps nothing older than 18 hours: it answers 202 to an older event and drops it. */
export const datadog = sinkKind({
  type: "datadog",
  config: z.strictObject({
    site: shortText.regex(/^[a-z0-9.-]+$/, "must be a site such as datadoghq.eu").default("datadoghq.com"),
    url: httpUrl.optional().meta({ description: "A proxy or private link instead of the site's intake." }),
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
