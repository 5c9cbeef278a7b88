import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { Brand } from "./brand.tsx";
import { Navigation, navigationItemClass } from "./navigation.tsx";
import { useSidebarFolded } from "./sidebar-folded.ts";

/** Beside every page from 1024 px on; folded, it is a column of icons. */
export function Sidebar() {
  const [folded, setFolded] = useSidebarFolded();
  const label = folded ? "Open sidebar" : "Fold sidebar";
  return (
    <aside
      data-folded={folded || undefined}
      className="group/sidebar sticky top-0 hidden h-dvh w-58 flex-col border-r border-border bg-sidebar data-folded:w-14 lg:flex"
    >
      <div className="flex h-14 shrink-0 items-center px-5 group-data-folded/sidebar:px-3.5">
        <Brand />
      </div>
      <Navigation>
        <button type="button" title={label} onClick={() => setFolded(!folded)} className={navigationItemClass}>
          {folded ? <PanelLeftOpen aria-hidden /> : <PanelLeftClose aria-hidden />}
          <span className="group-data-folded/sidebar:sr-only">{label}</span>
        </button>
      </Navigation>
    </aside>
  );
}
