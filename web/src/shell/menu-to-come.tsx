import type { LucideIcon } from "lucide-react";
import { Button } from "../ui/button.tsx";

/** The room of a menu's button while the menu is on its way. */
export function MenuToCome({ name, icon: Icon }: { readonly name: string; readonly icon: LucideIcon }) {
  return (
    <Button variant="outline" className="invisible" disabled aria-hidden>
      <Icon aria-hidden /> {name}
    </Button>
  );
}
