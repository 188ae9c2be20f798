/** Some names as words; of many the first and the last, as of the last values of a series. */
export function briefly(names: readonly string[]): string {
  return names.length > 4 ? `${names[0]} … ${names.at(-1)} (${names.length})` : names.join(', ')
}
