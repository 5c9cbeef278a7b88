import { CEF_FORMAT } from "./cef.ts";
import { daybookFormat } from "./daybook.ts";
import type { Format, FormatName, Proof } from "./format.ts";
import { OCSF_FORMAT } from "./ocsf.ts";

export function formatOf(name: FormatName, proof: Proof): Format {
  switch (name) {
    case "daybook":
      return daybookFormat(proof);
    case "ocsf":
      return OCSF_FORMAT;
    case "cef":
      return CEF_FORMAT;
  }
}
