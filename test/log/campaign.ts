/**
 * How much of something a test tries: `bounded` in every run, `long` in `npm run test:long`, or what the environment variable
 * says.
 */
export function campaign(variable: string, bounded: number, long: number): number {
  return Number(process.env[variable] ?? (process.env.DAYBOOK_TEST_LONG === "1" ? long : bounded));
}
