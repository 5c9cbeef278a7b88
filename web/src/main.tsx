import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueries } from "./queries.ts";
import { createConsoleRouter } from "./router.tsx";
import "./styles.css";

const queries = createQueries(() => {
  const { location, matches } = router.state;
  // While the sign-in page is on its way, the page before may still ask, and be refused: the browser must not come back to it.
  if (matches.some(({ routeId }) => routeId === "/_console") && location.pathname !== "/sign-in")
    void router.navigate({ to: "/sign-in", search: { redirect: location.href, ended: "session" } });
});
const router = createConsoleRouter(queries);

const container = document.getElementById("root");
if (container === null) throw new Error("index.html has no #root");
createRoot(container).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
