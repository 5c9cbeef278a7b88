/** Does what tests need before they run. Where it cannot be done, one line says what is missing, and no test runs. */
export function prepare(work) {
  try {
    work();
  } catch (error) {
    process.stderr.write(`test: ${error.message}\n`);
    process.exit(1);
  }
}
