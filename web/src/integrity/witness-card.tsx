import { PLATFORM_ORGANIZATION } from "@daybook/sdk";
import { useState } from "react";
import type { Integrity } from "../api/integrity.ts";
import { may } from "../shell/permissions.ts";
import { useSession } from "../shell/session.ts";
import { Card } from "../ui/card.tsx";
import { CodeBlock } from "../ui/code-block.tsx";
import { Field, Input } from "../ui/field.tsx";
import { pairingOf } from "./pairing.ts";

/** How to set a witness up, for who can: the commands, with this log's key in them. */
export function WitnessCard({ integrity }: { integrity: Integrity }) {
  const session = useSession();
  const platform = session.organizations.find(({ id }) => id === PLATFORM_ORGANIZATION);
  const [printed, setPrinted] = useState("");
  const [address, setAddress] = useState("");
  const [key] = integrity.keys;
  if (integrity.witnesses.length > 0 || key === undefined || !may(platform, "integrity.verify")) return null;
  const { witness, server, faults } = pairingOf({ logKey: key.vkey, witnessKey: printed, address });
  return (
    <Card aria-label="Set up a witness" className="flex flex-col gap-4 p-5">
      <div>
        <h2 className="text-base font-semibold">Set up a witness</h2>
        <p className="mt-1 max-w-3xl text-sm text-pretty text-muted-foreground">
          Without a witness, a person who has this server's signing keys can rewrite the log unnoticed. A witness is a
          small process on a machine that they do not control. It sees sizes and hashes, and no event.
        </p>
      </div>
      <CodeBlock label="1. On the witness's machine" code={witness} />
      <div className="grid max-w-3xl gap-4 lg:grid-cols-2">
        <Field label="Witness key" hint="The command prints it." error={faults.witnessKey}>
          {(control) => <Input {...control} value={printed} onChange={(event) => setPrinted(event.target.value)} />}
        </Field>
        <Field label="Witness address" hint="As this server reaches it, behind HTTPS." error={faults.address}>
          {(control) => <Input {...control} value={address} onChange={(event) => setAddress(event.target.value)} />}
        </Field>
      </div>
      <CodeBlock label="2. On this server, then restart it" code={server} />
      <p className="max-w-3xl text-sm text-pretty text-muted-foreground">
        Two teams that each run Daybook can witness each other. Each runs the first command for the other's log.
      </p>
    </Card>
  );
}
