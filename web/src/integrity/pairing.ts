/** What is typed in comes back in a command: only what cannot mean anything else to a shell. */
const WITNESS_KEY = /^[^\s+'"\\$`]{1,255}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/;
const ADDRESS = /^https?:\/\/[A-Za-z0-9.:[\]_/-]+$/;

export interface Pairing {
  /** What the witness is to be run with. */
  readonly witness: string;
  /** What the server is to be run with; with what is still missing in angle brackets. */
  readonly server: string;
  readonly faults: { readonly witnessKey?: string; readonly address?: string };
}

/** The two halves of a pairing. @param logKey a verifier key of the log. The others are as far as they were typed. */
export function pairingOf({
  logKey,
  witnessKey,
  address,
}: {
  logKey: string;
  witnessKey: string;
  address: string;
}): Pairing {
  const key = witnessKey.trim();
  const url = address.trim();
  const hasKey = WITNESS_KEY.test(key);
  const hasAddress = ADDRESS.test(url);
  return {
    witness: `npx daybook witness --data-dir ./witness --listen 0.0.0.0:4610 --log '${logKey}'`,
    server: `DAYBOOK_WITNESSES='${hasKey ? key : "<witness key>"}@${hasAddress ? url : "<witness address>"}'`,
    faults: {
      ...(key !== "" && !hasKey && { witnessKey: "Must be the key as the witness prints it" }),
      ...(url !== "" && !hasAddress && { address: "Must begin with https:// or http://" }),
    },
  };
}
