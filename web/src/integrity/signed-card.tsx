import type { Integrity } from "../api/integrity.ts";
import { CopiedRow, SettingsRow } from "../settings/settings-row.tsx";
import { Card } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";

const CONDITIONS: Readonly<Record<Integrity["witnesses"][number]["state"], string>> = {
  ok: "",
  unreachable: ", cannot be reached",
  unknown_log: ", does not know this log",
};

/** What was signed, and who else has seen it. */
export function SignedCard({ integrity }: { integrity: Integrity }) {
  const { entries, checkpoint, restored, witnesses } = integrity;
  return (
    <Card aria-label="What is signed" className="divide-y divide-border">
      <SettingsRow label="Entries in the log">
        <span className="tabular-nums">{entries.toLocaleString("en")}</span>
      </SettingsRow>
      <SettingsRow label="Last checkpoint">
        {checkpoint === null ? (
          "None yet"
        ) : (
          <>
            <span className="tabular-nums">{checkpoint.size.toLocaleString("en")}</span> entries, signed{" "}
            <When instant={checkpoint.signed_at} />
          </>
        )}
      </SettingsRow>
      {restored.map(({ previous_origin, entries, signed_entries, restored_at, statement }) => (
        <SettingsRow key={previous_origin} label="Restored from a backup">
          <span className="flex flex-wrap items-center gap-x-1 [overflow-wrap:anywhere]">
            <When instant={restored_at} />, with {entries.toLocaleString("en")} entries of {previous_origin}
            {signed_entries > entries &&
              `; ${(signed_entries - entries).toLocaleString("en")} that were signed before are gone`}
            <CopyButton value={statement} label="signed statement" />
          </span>
        </SettingsRow>
      ))}
      {checkpoint !== null && <CopiedRow label="Root" value={checkpoint.root} copy="root" small />}
      {witnesses.length === 0 && <SettingsRow label="Witnesses">None is set up</SettingsRow>}
      {witnesses.map(({ name, key_id, state, cosigned_size }) => (
        <SettingsRow key={key_id} label={`Witness ${key_id}`}>
          <span className="[overflow-wrap:anywhere]">
            <VisibleText value={name} />
          </span>
          {CONDITIONS[state]}
          {cosigned_size === 0
            ? ", has cosigned nothing since the server started"
            : `, cosigned ${cosigned_size.toLocaleString("en")} entries`}
        </SettingsRow>
      ))}
    </Card>
  );
}
