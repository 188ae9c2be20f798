/** The log of a local deployment is written in files of about so many bytes, of which the newest two are kept. */
export const mostLogFileBytes = 10_000_000

/** A file of the log, by the number of its first line: lines count from 0 when the log begins. */
export function logFileName(firstLine: number): string {
  return firstLine === 0 ? 'server.log' : `server.${firstLine}.log`
}

/** First lines of the log's files among the names of a folder, ascending. */
export function firstLinesIn(names: readonly string[]): number[] {
  return names
    .flatMap(name => {
      const [, number] = /^server\.(?:(\d{1,15})\.)?log$/.exec(name) ?? [null, null]
      return number === null ? [] : [Number(number ?? 0)]
    })
    .sort((a, b) => a - b)
}
