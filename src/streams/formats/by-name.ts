import { CEF_FORMAT } from "./cef.ts";
import { daybookFormat } from "./daybook.ts";
import type { Format, FormatName, Proof } from "./format.ts";
import { OCSF_FORMAT } from "./ocsf.ts";

/** @param shape what the sink makes of each text. So limits count what is sent. */
export function formatOf(name: FormatName, proof: Proof, shape?: (text: string) => string): Format {
  const format = plain(name, proof);
  if (shape === undefined) return format;
  return {
    event: (source) => shape(format.event(source)),
    shortened: (source, shortening) => shape(format.shortened(source, shortening)),
    damaged: (source, damage) => shape(format.damaged(source, damage)),
    checkpoint: (source) => shape(format.checkpoint(source)),
  };
}

function plain(name: FormatName, proof: Proof): Format {
  switch (name) {
    case "daybook":
      return daybookFormat(proof);
    case "ocsf":
      return OCSF_FORMAT;
    case "cef":
      return CEF_FORMAT;
  }
}
