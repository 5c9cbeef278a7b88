import { useMemo } from "react";
import { allZones, zoneLabel } from "../../time/zones.ts";
import { Combobox } from "../../ui/combobox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useZone } from "./zone-context.ts";

/** Any zone that the browser knows. */
export default function ZoneDialog({ onClose }: { onClose: () => void }) {
  const { zone, choose } = useZone();
  const choices = useMemo(() => allZones(), []);
  return (
    <Dialog open onOpenChange={onClose} title="Time zone of this page">
      <Field label="Time zone" hint="Times, days and the histogram are shown in it. The link keeps it.">
        {(control) => (
          <Combobox
            control={control}
            searchLabel="Find a time zone"
            choices={choices}
            value={choices.find(({ value }) => value === zone) ?? { value: zone, label: zoneLabel(zone) }}
            onChange={({ value }) => {
              choose(value);
              onClose();
            }}
          />
        )}
      </Field>
    </Dialog>
  );
}
