import { setSingleKeys, useSingleKeys } from "../audit-logs/commands/single-keys.ts";
import { SettingsRow } from "../settings/settings-row.tsx";
import { Switch } from "../ui/switch.tsx";

/** The same setting as in the keyboard help of the Audit Logs page. */
export function SingleKeysRow() {
  const on = useSingleKeys();
  return (
    <SettingsRow label="Keyboard shortcuts">
      <Switch checked={on} onChange={setSingleKeys} className="max-lg:min-h-11">
        <span className="sm:text-right">
          Single keys in Audit Logs
          <span className="block text-xs font-normal text-muted-foreground">
            j, k, f, e and others, wherever no field has the focus. Stored in this browser.
          </span>
        </span>
      </Switch>
    </SettingsRow>
  );
}
