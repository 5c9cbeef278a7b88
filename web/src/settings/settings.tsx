import { Tabs } from "@base-ui/react/tabs";
import { Link, Outlet, useLocation } from "@tanstack/react-router";

const TABS = [
  { to: "/settings/profile", label: "Profile" },
  { to: "/settings/organization", label: "Organization" },
] as const;

/** Each tab has its own address; the arrow keys move between them as between any tabs. */
export function SettingsPage() {
  const { pathname } = useLocation();
  const current = TABS.find(({ to }) => pathname.startsWith(to))?.to ?? TABS[0].to;
  return (
    <div className="mx-auto w-full max-w-4xl">
      <h1 className="text-xl font-semibold tracking-[-0.02em]">Settings</h1>
      <Tabs.Root value={current} className="mt-4">
        <Tabs.List aria-label="Settings" className="relative flex gap-1 border-b border-border">
          {TABS.map(({ to, label }) => (
            <Tabs.Tab
              key={to}
              value={to}
              nativeButton={false}
              render={<Link to={to} search={true} />}
              className="-mb-px flex h-10 items-center border-b-2 border-transparent px-3 text-sm font-medium text-muted-foreground hover:text-foreground focus-visible:-outline-offset-2 data-active:border-foreground data-active:text-foreground max-lg:h-11"
            >
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={current} className="flex flex-col gap-4 py-6 outline-none">
          <Outlet />
        </Tabs.Panel>
      </Tabs.Root>
    </div>
  );
}
