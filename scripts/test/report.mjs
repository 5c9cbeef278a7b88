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
      const { processorMs } = module.meta();
      // A file or a group whose own code or hooks fail: no test of it may have run.
      const broken = [module, ...module.children.allSuites()].filter((one) => one.errors().length > 0).length;
      return { path, project: module.project.name, ms: collectDuration + duration, processorMs, tests, broken };
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

  /** Every file, that with the most processor time first, and every test, the slowest first. */
  times() {
    const processor = ({ processorMs }) => (processorMs === undefined ? "?".padStart(9) : seconds(processorMs));
    const files = [...this.#files]
      .sort((a, b) => (b.processorMs ?? 0) - (a.processorMs ?? 0) || b.ms - a.ms)
      .map((file) => `${processor(file)} ${seconds(file.ms)}  ${file.path}`);
    const head = "Files (processor time with all their processes, time on the clock):";
    return `${[head, ...files, "", "Tests:", ...this.#byTime()].join("\n")}\n`;
  }

  #byTime() {
    return this.#files
      .flatMap(({ path, tests }) => tests.map(({ name, ms }) => ({ text: `${path}: ${name}`, ms })))
      .sort((a, b) => b.ms - a.ms)
      .map(({ text, ms }) => `${seconds(ms)}  ${text}`);
  }

  #count(state) {
    const broken = state === "failed" ? sum(this.#files.map((file) => file.broken)) : 0;
    return broken + sum(this.#files.map(({ tests }) => tests.filter((test) => test.state === state).length));
  }
}
