import { openLog } from "../../src/log/log.ts";

/** Opens a log, closes it, and prints `open` or the error. */
const [directory = ""] = process.argv.slice(2);
try {
  await (await openLog({ directory })).close();
  process.stdout.write("open\n");
} catch (error) {
  process.stdout.write(`${error}\n`);
}
