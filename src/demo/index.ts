/** Sample activity of an invented company, for `--demo` and the benchmarks. */

export { createLiveDemo, DEMO_ORGANIZATIONS, generateDemo } from "./demo.ts";
export type { DemoEvent } from "./scene.ts";
