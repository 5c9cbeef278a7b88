import { CopyButton } from "../../ui/copy-button.tsx";
import { useLogPage } from "../log-context.ts";

/** A copy button of the details. The page says that it was copied: a place to say it for each of a dozen would cost every row that opens. */
export function CopyValue({ value, label }: { value: string; label: string }) {
  const { say } = useLogPage();
  return <CopyButton value={value} label={label} say={say} />;
}
