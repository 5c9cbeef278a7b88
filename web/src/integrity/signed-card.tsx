import type { Integrity } from "../api/integrity.ts";
import { CopiedRow, SettingsRow } from "../pages/settings-row.tsx";
import { Card } from "../ui/card.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";

/** What was signed, and who else has seen it. */
export function SignedCard({ integrity }: { integrity: Integrity }) {
  const { entries, checkpoint, witnesses } = integrity;
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
      {checkpoint !== null && <CopiedRow label="Root" value={checkpoint.root} copy="root" small />}
      {witnesses.length === 0 && <SettingsRow label="Witnesses">None is set up</SettingsRow>}
      {witnesses.map(({ name, key_id, state, cosigned_size }) => (
        <SettingsRow key={key_id} label={`Witness ${key_id}`}>
          <span className="[overflow-wrap:anywhere]">
            <VisibleText value={name} />
          </span>
          {state === "ok" ? "" : ", cannot be reached"}
          {cosigned_size === 0
            ? ", has cosigned nothing since the server started"
            : `, cosigned ${cosigned_size.toLocaleString("en")} entries`}
        </SettingsRow>
      ))}
    </Card>
  );
}
