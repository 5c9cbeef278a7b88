import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { cn } from "./cn.ts";

const itemClass =
  "flex min-h-8 cursor-pointer items-center gap-2.5 rounded-md px-2 py-1 text-sm outline-none select-none data-disabled:cursor-not-allowed data-disabled:opacity-50 data-highlighted:bg-accent max-lg:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground";

interface MenuProps {
  readonly trigger: ReactElement;
  readonly side?: "top" | "bottom";
  readonly className?: string;
  /** Called as it opens and closes. */
  readonly onOpenChange?: (open: boolean) => void;
  readonly children: ReactNode;
}

export function DropdownMenu({ trigger, side = "bottom", className, onOpenChange, children }: MenuProps) {
  return (
    <Menu.Root {...(onOpenChange && { onOpenChange })}>
      <Menu.Trigger render={trigger} />
      <Menu.Portal>
        <Menu.Positioner side={side} align="start" sideOffset={6} className="z-50">
          <Menu.Popup
            data-slot="menu"
            className={cn(
              "max-h-(--available-height) w-(--anchor-width) min-w-56 overflow-y-auto rounded-lg border border-border bg-popover p-1 shadow-lg shadow-black/10 outline-none",
              className,
            )}
          >
            {children}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

type MenuItemProps = Omit<ComponentProps<typeof Menu.Item>, "className"> & { readonly className?: string };

export function MenuItem({ className, ...props }: MenuItemProps) {
  return <Menu.Item className={cn(itemClass, className)} {...props} />;
}

/** Items under a heading. */
export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Menu.Group>
      <Menu.GroupLabel className="px-2 py-1.5 text-xs font-medium text-muted-foreground">{label}</Menu.GroupLabel>
      {children}
    </Menu.Group>
  );
}

export function MenuSeparator() {
  return <Menu.Separator className="-mx-1 my-1 h-px bg-border" />;
}

interface MenuChoicesProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { value: Value; label: ReactNode }[];
  readonly onChange: (value: Value) => void;
}

/** One of several, of which one always holds. */
export function MenuChoices<Value extends string>({ label, value, choices, onChange }: MenuChoicesProps<Value>) {
  return (
    <Menu.Group>
      <Menu.GroupLabel className="px-2 py-1.5 text-xs font-medium text-muted-foreground">{label}</Menu.GroupLabel>
      <Menu.RadioGroup value={value} onValueChange={onChange}>
        {choices.map((choice) => (
          <Menu.RadioItem key={choice.value} value={choice.value} closeOnClick={false} className={itemClass}>
            {choice.label}
            <Menu.RadioItemIndicator className="ml-auto">
              <Check aria-hidden />
            </Menu.RadioItemIndicator>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </Menu.Group>
  );
}
