import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import type { ReactNode } from "react";
import { sessionQuery } from "./api/session.ts";
import { beginEvents } from "./audit-logs/begin-events.ts";
import { type AddressName, isAddressName } from "./audit-logs/filters/filters.ts";
import { AuditLogsPage } from "./audit-logs-page/page.tsx";
import { heldViewerToken, holdViewerToken } from "./embed/token.ts";
import { tokenIn } from "./entrance/link.ts";
import { heldInvitation, holdInvitation } from "./invitation/token.ts";
import { loaded } from "./shell/lazy-part.tsx";
import { NotFoundPage, PageNotLoaded, UnreachablePage } from "./shell/page-faults.tsx";
import { mayOpen } from "./shell/permissions.ts";
import { findOrganization } from "./shell/session.ts";
import { Shell } from "./shell/shell.tsx";
import { parseSearch, stringifySearch } from "./url-parameters.ts";

const AUDIT_LOGS = "/settings/organization/audit-logs";

function oneText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A page in a file of its own. */
function lazyPage<Name extends string>(load: () => Promise<Record<Name, () => ReactNode>>, name: Name) {
  // As NotLoaded: for the browser's own error the router would load the page again, which loses it when the network is gone.
  return lazyRouteComponent(() => loaded(load()), name);
}

function TabNotLoaded({ error }: { error: unknown }) {
  return <PageNotLoaded error={error} heading="h2" />;
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
  component: lazyPage(() => import("./entrance/set-up.tsx"), "SetupPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { redirect?: string; ended?: "session" } => {
    const target = oneText(search.redirect);
    return {
      ...(target !== undefined && { redirect: target }),
      ...(search.ended === "session" && { ended: "session" }),
    };
  },
  loader: ({ context }) => context.queries.fetchQuery({ ...sessionQuery, staleTime: 0 }),
  component: lazyPage(() => import("./entrance/sign-in.tsx"), "SignInPage"),
});

const consoleLayout = createRoute({
  getParentRoute: () => root,
  id: "_console",
  validateSearch: (search): { org?: string } => {
    const org = oneText(search.org);
    return org === undefined ? {} : { org };
  },
  search: { middlewares: [retainSearchParams(["org"])] },
  beforeLoad: async ({ context, location, search }) => {
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (!session.set_up) throw redirect({ to: "/setup", replace: true });
    const { user } = session;
    if (user === null) throw redirect({ to: "/sign-in", search: { redirect: location.href }, replace: true });
    const organization = await findOrganization(context.queries, session, search.org);
    return { session: { ...session, user }, organization };
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
  component: lazyPage(() => import("./settings/settings.tsx"), "SettingsPage"),
  errorComponent: PageNotLoaded,
});

const profile = createRoute({
  getParentRoute: () => settingsTabs,
  path: "/profile",
  component: lazyPage(() => import("./profile/page.tsx"), "ProfileTab"),
  errorComponent: TabNotLoaded,
});
const organization = createRoute({
  getParentRoute: () => settingsTabs,
  path: "/organization",
  component: lazyPage(() => import("./settings/organization.tsx"), "OrganizationTab"),
  errorComponent: TabNotLoaded,
});

/** The values stay as the address has them: the page says which of them it ignores. */
function filterValues(search: Record<string, unknown>): { [key in AddressName]?: string | string[] } {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(search)) {
    if (isAddressName(name) && (typeof value === "string" || Array.isArray(value))) kept[name] = value;
  }
  return kept;
}

const auditLogs = createRoute({
  getParentRoute: () => settings,
  path: "/organization/audit-logs",
  validateSearch: filterValues,
  loader: ({ context: { organization: current }, location }) => {
    if (current !== undefined && mayOpen(current, AUDIT_LOGS)) beginEvents(location.search, current);
  },
  // Another filter is asked for by the page itself.
  shouldReload: false,
  gcTime: 0,
  component: AuditLogsPage,
});

/** A page of the organization's settings. */
function organizationPage<const Path extends string>(path: Path, component: ReturnType<typeof lazyPage>) {
  return createRoute({ getParentRoute: () => settings, path, component, errorComponent: PageNotLoaded });
}

const members = organizationPage(
  "/organization/members",
  lazyPage(() => import("./members/page.tsx"), "MembersPage"),
);
const apiKeys = organizationPage(
  "/organization/api-keys",
  lazyPage(() => import("./api-keys/page.tsx"), "ApiKeysPage"),
);
const streams = organizationPage(
  "/organization/streams",
  lazyPage(() => import("./streams/page.tsx"), "StreamsPage"),
);
const alerts = organizationPage(
  "/organization/alerts",
  lazyPage(() => import("./alerts/page.tsx"), "AlertsPage"),
);
const integrity = organizationPage(
  "/organization/integrity",
  lazyPage(() => import("./integrity/page.tsx"), "IntegrityPage"),
);
const general = organizationPage(
  "/organization/general",
  lazyPage(() => import("./general/page.tsx"), "GeneralPage"),
);
const organizations = organizationPage(
  "/organization/organizations",
  lazyPage(() => import("./organizations/page.tsx"), "OrganizationsPage"),
);

const invite = createRoute({
  getParentRoute: () => root,
  path: "/invite",
  // The token leaves the address, and with it the browser's history, before anything is shown.
  beforeLoad: ({ location }) => {
    const token = tokenIn(location.hash);
    if (token === undefined) return { invitation: heldInvitation() };
    holdInvitation(token);
    throw redirect({ to: "/invite", hash: "", replace: true });
  },
  loader: ({ context }) => context.queries.fetchQuery({ ...sessionQuery, staleTime: 0 }),
  component: lazyPage(() => import("./invitation/page.tsx"), "InvitationPage"),
});

/** The viewer token of a page in a frame. The host page gives a new token by a new fragment, too. */
function viewerTokenIn(hash: string, to: "/embed" | "/embed/streams") {
  const token = tokenIn(hash);
  if (token === undefined) return { viewerToken: heldViewerToken() };
  holdViewerToken(token);
  throw redirect({ to, search: true, hash: "", replace: true });
}

const embed = createRoute({
  getParentRoute: () => root,
  path: "/embed",
  validateSearch: filterValues,
  beforeLoad: ({ location }) => viewerTokenIn(location.hash, "/embed"),
  component: lazyPage(() => import("./embed/page.tsx"), "EmbedPage"),
});

const embedStreams = createRoute({
  getParentRoute: () => root,
  path: "/embed/streams",
  beforeLoad: ({ location }) => viewerTokenIn(location.hash, "/embed/streams"),
  component: lazyPage(() => import("./embed/streams-page.tsx"), "EmbedStreamsPage"),
});

const routeTree = root.addChildren([
  home,
  setup,
  signIn,
  invite,
  embed,
  embedStreams,
  consoleLayout.addChildren([
    settings.addChildren([
      settingsIndex,
      settingsTabs.addChildren([profile, organization]),
      auditLogs,
      members,
      apiKeys,
      streams,
      alerts,
      integrity,
      general,
      organizations,
    ]),
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
