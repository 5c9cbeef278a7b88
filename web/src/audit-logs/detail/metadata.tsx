import { Suspense, useMemo, useState } from "react";
import type { LoggedEvent } from "../../api/events.ts";
import { lazyPart } from "../../shell/lazy-part.tsx";
import { formatJson } from "../../text/json.ts";
import { JsonText } from "../../ui/json-text.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Absent } from "../table/cells.tsx";
import { CopyValue } from "./copy-value.tsx";
import { BOX, TextBox } from "./text-box.tsx";

const JsonTree = lazyPart(() => import("./json-tree-view.tsx"));
const RawEntry = lazyPart(() => import("./raw-entry.tsx"));

function Formatted({ text }: { text: string }) {
  const formatted = useMemo(() => formatJson(text), [text]);
  return (
    <TextBox label="Metadata as JSON">
      <JsonText value={formatted} />
    </TextBox>
  );
}

const WAITING = <div className={BOX} />;

/** The metadata as JSON text, as a tree that folds, and the whole entry it is in. */
export function Metadata({ event }: { event: LoggedEvent }) {
  const { metadata: text } = event.texts;
  const [view, setView] = useState<"json" | "tree" | "raw">("json");
  const absent = (
    <p className="flex min-h-8 items-center">
      <Absent />
    </p>
  );
  const tree = text !== undefined && (
    <Suspense fallback={WAITING}>
      <div className={BOX}>
        <JsonTree text={text} />
      </div>
    </Suspense>
  );
  const raw = (
    <Suspense fallback={WAITING}>
      <RawEntry event={event} />
    </Suspense>
  );
  return (
    <section aria-label="Metadata" className="min-w-0">
      <Tabs
        label="Metadata"
        value={view}
        onChange={setView}
        tabs={[
          { value: "json", label: "Metadata", panel: text === undefined ? absent : <Formatted text={text} /> },
          { value: "tree", label: "Tree", panel: tree || absent },
          { value: "raw", label: "Raw", panel: raw },
        ]}
        beside={view !== "raw" && text !== undefined && <CopyValue value={text} label="metadata" />}
      />
    </section>
  );
}
