import { useCallback, useState } from "react";
import { may } from "../shell/permissions.ts";
import { Keyboard, type KeyboardDialog } from "./commands/keyboard.tsx";
import { useCommands } from "./commands/use-commands.ts";
import type { LiveState } from "./live/use-live.ts";
import { useLogAccess } from "./log-access.ts";
import { Results } from "./results.tsx";
import { ExpansionProvider } from "./table/expansion.tsx";
import { useRows } from "./table/use-rows.ts";
import type { EventsState } from "./use-events.ts";
import type { PageTools } from "./use-page-tools.ts";

interface LogPartProps {
  readonly tools: PageTools;
  readonly events: EventsState;
  readonly live: LiveState;
  readonly backwards: boolean;
  readonly wide: boolean;
}

/** The rows with all that can be done to them, by pointer and by keyboard. */
export function LogPart({ tools, events: paged, live, backwards, wide }: LogPartProps) {
  const { state } = tools;
  const access = useLogAccess();
  const events = useRows(paged, live);
  const [dialog, setDialog] = useState<KeyboardDialog>();
  const openHelp = useCallback(() => setDialog("help"), []);
  const mayExport = may(access, "audit_log.export");
  const commands = useCommands({ live, mayExport, openHelp });
  return (
    <ExpansionProvider>
      <Results {...{ state, events, live, commands, backwards, wide }} onHelp={openHelp} />
      <Keyboard commands={commands} tools={tools} events={events} open={dialog} onOpen={setDialog} />
    </ExpansionProvider>
  );
}
