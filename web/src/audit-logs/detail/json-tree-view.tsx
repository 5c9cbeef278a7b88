import { ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { type JsonNode, parseJsonTree } from "../../text/json-tree.ts";
import { visibleText } from "../../text/visible.ts";
import { cn } from "../../ui/cn.ts";
import { JsonText } from "../../ui/json-text.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { useLogPage } from "../log-context.ts";
import { FilterButtons } from "./filter-buttons.tsx";
import { leafValue, metadataFilters, pathStep } from "./metadata-filters.ts";

/** Deeper than this a tree begins folded. */
const OPEN_LEVELS = 2;
/** So many members are drawn at once; a button draws as many more. */
const SHOWN_AT_ONCE = 100;

interface Child {
  readonly name: string;
  readonly node: JsonNode;
  /** As filters name it: the elements of a list have the list's. */
  readonly path: string;
}

function childrenOf(node: JsonNode, path: string): readonly Child[] {
  const below = (key: string) => (path === "" ? pathStep(key) : `${path}.${pathStep(key)}`);
  if (node.type === "object") {
    return node.members.map(({ key, value }) => ({ name: key, node: value, path: below(key) }));
  }
  if (node.type === "array") return node.items.map((item, at) => ({ name: String(at), node: item, path }));
  return [];
}

function sizeText(node: JsonNode, size: number): string {
  if (node.type === "array") return size === 1 ? "1 item" : `${size} items`;
  return size === 1 ? "1 member" : `${size} members`;
}

const VALUE_TONE = {
  string: "text-added",
  number: "text-link",
  literal: "text-caution",
  object: "",
  array: "",
} as const;

function Leaf({ name, node, path }: Child) {
  const { filters } = useLogPage().state;
  const isValue = node.type !== "object" && node.type !== "array";
  return (
    <span dir="ltr" className="flex items-start gap-1 pl-5">
      <span className="min-w-0 py-0.5 [overflow-wrap:anywhere] max-lg:py-3">
        <VisibleText value={name} />
        <span className="text-muted-foreground">: </span>
        <span className={VALUE_TONE[node.type]}>
          <VisibleText value={node.text} />
        </span>
      </span>
      {isValue && <FilterButtons label={visibleText(name)} {...metadataFilters(filters, path, leafValue(node.text))} />}
    </span>
  );
}

function Branch({ name, node, path, level }: Child & { level: number }) {
  const children = childrenOf(node, path);
  const [open, setOpen] = useState(level < OPEN_LEVELS);
  if (children.length === 0) return <Leaf name={name} node={node} path={path} />;
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full cursor-pointer items-center gap-1 min-h-6 rounded-sm text-left hover:bg-accent max-lg:min-h-11"
      >
        <ChevronRight
          aria-hidden
          className={cn("size-4 shrink-0 text-muted-foreground transition-transform", open && "rotate-90")}
        />
        <span className="min-w-0 [overflow-wrap:anywhere]">
          <VisibleText value={name} />
          <span className="ml-2 text-muted-foreground">{sizeText(node, children.length)}</span>
        </span>
      </button>
      {open && (
        <div className="ml-2 border-l border-border pl-1.5">
          <Children name={name} nodes={children} level={level + 1} />
        </div>
      )}
    </>
  );
}

function Children({ name, nodes, level }: { name: string; nodes: readonly Child[]; level: number }) {
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const rest = nodes.length - shown;
  return (
    <>
      <ul aria-label={name === "" ? "Metadata" : visibleText(name)}>
        {nodes.slice(0, shown).map((child, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a key may occur twice; the tree never changes.
          <li key={at}>
            {child.node.type === "object" || child.node.type === "array" ? (
              <Branch {...child} level={level} />
            ) : (
              <Leaf {...child} />
            )}
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <button
          type="button"
          onClick={() => setShown(shown + SHOWN_AT_ONCE)}
          className="min-h-6 cursor-pointer rounded-sm pl-5 font-sans text-link hover:underline max-lg:min-h-11"
        >
          Show {Math.min(rest, SHOWN_AT_ONCE)} more of {rest}
        </button>
      )}
    </>
  );
}

/** JSON as a tree that folds; members in the order they were recorded in, numbers to the digit. */
export default function JsonTree({ text }: { text: string }) {
  const root = useMemo(() => parseJsonTree(text), [text]);
  const children = childrenOf(root, "");
  if (children.length === 0) return <JsonText value={root.text} />;
  return <Children name="" nodes={children} level={0} />;
}
