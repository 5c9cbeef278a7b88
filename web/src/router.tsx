import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import { sessionQuery } from "./api/session.ts";
import { FILTER_NAMES, type FilterName } from "./audit-logs/filters.ts";
import { AuditLogsPage } from "./audit-logs/page.tsx";
import { NotFoundPage, UnreachablePage } from "./pages/faults.tsx";
import { OrganizationTab } from "./pages/organization.tsx";
import { ProfileTab } from "./pages/profile.tsx";
import { SettingsPage } from "./pages/settings.tsx";
import { SetupPage } from "./pages/setup.tsx";
import { SignInPage } from "./pages/sign-in.tsx";
import { parseSearch, stringifySearch } from "./search-text.ts";
import { Shell } from "./shell/shell.tsx";

const AUDIT_LOGS = "/settings/organization/audit-logs";

function oneText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  errorComponent: UnreachablePage,
  notFoundComponent: NotFoundPage,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: AUDIT_LOGS, replace: true });
  },
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  loader: ({ context }) => context.queries.fetchQuery({ ...sessionQuery, staleTime: 0 }),
  component: SetupPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { redirect?: string } => {
    const target = oneText(search.redirect);
    return target === undefined ? {} : { redirect: target };
  },
  loader: ({ context }) => context.queries.fetchQuery({ ...sessionQuery, staleTime: 0 }),
  component: SignInPage,
});

const consoleLayout = createRoute({
  getParentRoute: () => root,
  id: "_console",
  validateSearch: (search): { org?: string } => {
    const org = oneText(search.org);
    return org === undefined ? {} : { org };
  },
  search: { middlewares: [retainSearchParams(["org"])] },
  beforeLoad: async ({ context, location }) => {
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (!session.set_up) throw redirect({ to: "/setup", replace: true });
    const { user } = session;
    if (user === null) throw redirect({ to: "/sign-in", search: { redirect: location.href }, replace: true });
    return { session: { ...session, user } };
  },
  component: Shell,
});

const settings = createRoute({
  getParentRoute: () => consoleLayout,
  path: "/settings",
});

const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/profile", search: true, replace: true });
  },
});

const settingsTabs = createRoute({
  getParentRoute: () => settings,
  id: "_tabs",
  component: SettingsPage,
});

const profile = createRoute({ getParentRoute: () => settingsTabs, path: "/profile", component: ProfileTab });
const organization = createRoute({
  getParentRoute: () => settingsTabs,
  path: "/organization",
  component: OrganizationTab,
});

const auditLogs = createRoute({
  getParentRoute: () => settings,
  path: "/organization/audit-logs",
  // The values stay as the address has them: the page says which of them it ignores.
  validateSearch: (search): { [key in FilterName]?: string | string[] } => {
    const kept: { [key in FilterName]?: string | string[] } = {};
    for (const name of FILTER_NAMES) {
      const value = search[name];
      if (typeof value === "string" || Array.isArray(value)) kept[name] = value;
    }
    return kept;
  },
  component: AuditLogsPage,
});

const routeTree = root.addChildren([
  home,
  setup,
  signIn,
  consoleLayout.addChildren([
    settings.addChildren([settingsIndex, settingsTabs.addChildren([profile, organization]), auditLogs]),
  ]),
]);

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: false,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
