import { VERSION } from "../../package-info.ts";
import { damageText } from "../../read/index.ts";
import { CHECKPOINT_TYPE } from "./daybook.ts";
import { type EventSource, type Format, headerOf } from "./format.ts";

/** ArcSight's scale is 0 to 10. */
const SEVERITY = { success: 3, unknown: 3, failure: 6, denied: 7 } as const;
/** For events about the log itself. */
const SEVERITY_NOTICE = 1;
const SEVERITY_DAMAGE = 9;

/** Common Event Format, revision 25 (CEF:0): one line, with keys of its dictionary where it has one, and custom strings for the rest. */
export const CEF_FORMAT: Format = {
  event(source) {
    const { id, timestamp, tenant_id, recorded_at, action, outcome, actor, resource, description, context, ...rest } =
      source.event();
    return line(action, description ?? action, SEVERITY[outcome], {
      rt: String(Date.parse(timestamp)),
      externalId: id,
      ...proofOf(source),
      act: action,
      outcome,
      suid: actor.id,
      suser: actor.name ?? actor.email,
      spriv: actor.role,
      ...addressOf(context?.ip),
      requestClientApplication: context?.user_agent,
      requestContext: context?.request_id,
      msg: description,
      ...custom(1, "Tenant", tenant_id),
      ...custom(2, "ResourceType", resource.type),
      ...custom(3, "ResourceId", resource.id),
      ...custom(4, "Changes", rest.changes),
      ...custom(5, "Metadata", rest.metadata),
      deviceReceiptTime: String(Date.parse(recorded_at)),
    });
  },
  shortened(source, { bytes, reason }) {
    const { id, timestamp, tenant_id, action, outcome, actor, resource } = headerOf(source);
    return line(action, action, SEVERITY[outcome], {
      rt: String(Date.parse(timestamp)),
      externalId: id,
      ...proofOf(source),
      act: action,
      outcome,
      suid: actor.id,
      msg: `Shortened from ${bytes} bytes: ${reason}`,
      ...custom(1, "Tenant", tenant_id),
      ...custom(2, "ResourceType", resource.type),
      ...custom(3, "ResourceId", resource.id),
    });
  },
  damaged({ logId, organization, sequence }, damage) {
    const name = "Damaged entry";
    const where = { cn1: String(sequence), cn1Label: "Sequence", ...custom(1, "Tenant", organization) };
    return line("daybook.damaged", name, SEVERITY_DAMAGE, {
      ...where,
      ...custom(6, "Log", logId),
      msg: damageText(damage),
    });
  },
  checkpoint({ logId, organization, size, time, note, subtrees }) {
    return line(CHECKPOINT_TYPE, "Checkpoint", SEVERITY_NOTICE, {
      rt: String(time),
      cn1: String(size),
      cn1Label: "Size",
      ...custom(1, "Tenant", organization),
      ...custom(2, "Subtrees", subtrees.join(" ")),
      ...custom(3, "Note", note),
      ...custom(6, "Log", logId),
    });
  },
};

type Extension = Readonly<Record<string, string | undefined>>;

function proofOf({ sequence, leafHash, logId }: EventSource): Extension {
  return { cn1: String(sequence), cn1Label: "Sequence", fileHash: leafHash, ...custom(6, "Log", logId) };
}

function custom(number: number, label: string, value: string | undefined): Extension {
  return value === undefined ? {} : { [`cs${number}`]: value, [`cs${number}Label`]: label };
}

function addressOf(ip: string | undefined): Extension {
  if (ip === undefined) return {};
  return ip.includes(":") ? { c6a2: ip, c6a2Label: "Source IPv6 Address" } : { src: ip };
}

function line(signature: string, name: string, severity: number, extension: Extension): string {
  const fields = Object.entries(extension).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escapeValue(value)}`],
  );
  const header = ["CEF:0", "Daybook", "Daybook", VERSION, signature, name].map((part, at) =>
    at === 0 ? part : escapeHeader(part),
  );
  return `${header.join("|")}|${severity}|${fields.join(" ")}`;
}

/** A header's field ends at `|` and holds no line ends. */
function escapeHeader(text: string): string {
  return text.replaceAll(/[\\|]/g, "\\$&").replaceAll(LINE_END, " ");
}

function escapeValue(text: string): string {
  return text
    .replaceAll(/[\\=]/g, "\\$&")
    .replaceAll(/\r\n?|\n/g, "\\n")
    .replaceAll(LINE_END, " ");
}

/** Every character that some program takes for the end of a line. */
const LINE_END = /[\r\n\v\f\u0085\u2028\u2029]+/g;
