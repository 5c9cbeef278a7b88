// What a run did: how many tests passed, how long each took, and whether every name that was asked for is one.
import { relative } from "node:path";

const SLOWEST = 20;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`.padStart(9);
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** A reporter of vitest. */
export class Report {
  #files = [];

  onTestRunEnd(modules) {
    this.#files = modules.map((module) => {
      const { collectDuration, duration } = module.diagnostic();
      const tests = [...module.children.allTests()].map((test) => ({
        name: test.fullName,
        state: test.result().state,
        ms: test.diagnostic()?.duration ?? 0,
      }));
      const path = relative(process.cwd(), module.moduleId);
      return { path, project: module.project.name, ms: collectDuration + duration, tests };
    });
  }

  /** Tests that ran, rather than being left out by their name. */
  get ran() {
    return this.#count("passed") + this.#count("failed");
  }

  /** The line that ends a run; CI reads it. */
  closingLine() {
    return `${this.#count("passed")} passed, ${this.#count("failed")} failed, ${this.#count("skipped")} skipped`;
  }

  /** @returns what was asked for and is nowhere; undefined when there is nothing of the kind. */
  unmatched(filters, namePattern) {
    // Vitest takes a line after a path, and paths from the root or from the directory it was started in.
    const wanted = filters.map((filter) => filter.replace(/:\d+$/, "").replace(/^\.\//, ""));
    const missing = wanted.find((part) => !this.#files.some(({ path }) => `${process.cwd()}/${path}`.includes(part)));
    if (missing !== undefined) return `No test file matches ${JSON.stringify(missing)}.`;
    if (this.ran > 0) return undefined;
    return namePattern === undefined
      ? "No test ran."
      : `No test matches the name ${JSON.stringify(String(namePattern))}.`;
  }

  slowest() {
    const projects = [...new Set(this.#files.map(({ project }) => project))].map((name) => {
      const files = this.#files.filter(({ project }) => project === name);
      return `${seconds(sum(files.map(({ ms }) => ms)))}  ${name}: ${files.length} files, ${sum(files.map(({ tests }) => tests.length))} tests`;
    });
    return [
      "",
      "Time by project, as the sum of its files:",
      ...projects,
      "",
      `Slowest tests:`,
      ...this.#byTime().slice(0, SLOWEST),
    ].join("\n");
  }

  /** Every file and every test, the slowest first. */
  times() {
    const files = [...this.#files].sort((a, b) => b.ms - a.ms).map(({ ms, path }) => `${seconds(ms)}  ${path}`);
    return `${["Files:", ...files, "", "Tests:", ...this.#byTime()].join("\n")}\n`;
  }

  #byTime() {
    return this.#files
      .flatMap(({ path, tests }) => tests.map(({ name, ms }) => ({ text: `${path}: ${name}`, ms })))
      .sort((a, b) => b.ms - a.ms)
      .map(({ text, ms }) => `${seconds(ms)}  ${text}`);
  }

  #count(state) {
    return sum(this.#files.map(({ tests }) => tests.filter((test) => test.state === state).length));
  }
}
