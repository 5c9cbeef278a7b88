import type { DevEnvironment, EnvironmentModuleNode, Plugin } from "vite";

/** Once the open pages have what changed, and have asked for nothing more for so long, the styles are computed. */
const QUIET_MS = 50;
/** No open page asks for a component that it does not show: then the styles are computed after this time. */
const UNASKED_MS = 1_000;

/**
 * Shows a changed component before its styles are computed again. Tailwind reads the class names of every source, so each change of a
 * component changes the style sheet too, and that takes ten times as long. Vite would send both as one update, of which nothing is drawn until all
 * of it is there; and while Tailwind computes, Vite answers no request.
 */
export function componentsFirst(): Plugin {
  const late = new Set<EnvironmentModuleNode>();
  /** Addresses of what changed and was not delivered yet. */
  const awaited = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let client: DevEnvironment | undefined;
  const sendStyles = async () => {
    const modules = [...late];
    late.clear();
    awaited.clear();
    for (const module of modules) await client?.reloadModule(module);
  };
  const sendStylesAfter = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void sendStyles(), ms);
  };
  return {
    name: "daybook:components-first",
    configureServer({ middlewares }) {
      middlewares.use(({ url = "" }, response, next) => {
        response.once("finish", () => {
          awaited.delete(url.split("?")[0] ?? url);
          if (late.size > 0 && awaited.size === 0) sendStylesAfter(QUIET_MS);
        });
        next();
      });
    },
    hotUpdate({ modules }) {
      if (this.environment.name !== "client") return undefined;
      client = this.environment;
      // A file that a style sheet watches is in the graph a second time, without an id: as its dependency.
      const [watched, components] = [modules.filter(({ id }) => id === null), modules.filter(({ id }) => id !== null)];
      if (components.length === 0) return undefined;
      for (const { importers } of watched) for (const importer of importers) late.add(importer);
      for (const { url } of components) awaited.add(url);
      sendStylesAfter(UNASKED_MS);
      return components;
    },
    buildEnd: () => clearTimeout(timer),
  };
}
