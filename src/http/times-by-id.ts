/** As it is answered: an instant of each event, by its id. @param times in milliseconds since the Unix epoch. */
export function timesById(times: ReadonlyMap<string, number>): Record<string, string> {
  return Object.fromEntries([...times].map(([id, ms]) => [id, new Date(ms).toISOString()]));
}
