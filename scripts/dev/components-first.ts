import type { DevEnvironment, EnvironmentModuleNode, Plugin } from "vite";

/** A changed component is fetched and drawn well within this time. */
const STYLES_AFTER_MS = 100;

/**
 * Shows a changed component before its styles are computed again. Tailwind reads the class names of every source, so each change of a
 * component changes the style sheet too, and that takes ten times as long. Vite would send both as one update, of which nothing
 * is drawn until all of it is there.
 */
export function componentsFirst(): Plugin {
  const late = new Set<EnvironmentModuleNode>();
  let timer: NodeJS.Timeout | undefined;
  const sendStyles = async (environment: DevEnvironment) => {
    const modules = [...late];
    late.clear();
    for (const module of modules) await environment.reloadModule(module);
  };
  return {
    name: "daybook:components-first",
    hotUpdate({ modules }) {
      if (this.environment.name !== "client") return undefined;
      // A file that a style sheet watches is in the graph a second time, without an id: as its dependency.
      const [watched, components] = [modules.filter(({ id }) => id === null), modules.filter(({ id }) => id !== null)];
      if (components.length === 0) return undefined;
      for (const { importers } of watched) for (const importer of importers) late.add(importer);
      clearTimeout(timer);
      timer = setTimeout(() => void sendStyles(this.environment), STYLES_AFTER_MS);
      return components;
    },
    buildEnd: () => clearTimeout(timer),
  };
}
