import { relative } from "node:path";

/** A version control system changes many files at once, and an editor one file twice: one restart for all. */
const GATHER_MS = 50;

/** Gathers changes of files. */
export class Sources {
  private readonly onChange: (described: string) => void;
  private paths = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(onChange: (described: string) => void) {
    this.onChange = onChange;
  }

  changed(path: string): void {
    this.paths.add(relative(process.cwd(), path));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const [first = "", ...others] = this.paths;
      this.paths = new Set();
      this.onChange(others.length === 0 ? first : `${first} and ${others.length} more`);
    }, GATHER_MS);
  }
}
