interface Proven {
  readonly complete: boolean;
  readonly entries: number;
  readonly organization: string;
}

/** The words with which the verification page begins where everything is proven: cover sheets quote them. */
export function verdictText({ complete, entries, organization }: Proven): string {
  const count = `${entries.toLocaleString("en")} ${entries === 1 ? "entry" : "entries"} of ${organization}`;
  return complete ? `Authentic and complete: ${count}.` : `Authentic: ${count}.`;
}
