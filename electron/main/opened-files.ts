import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Endings of files that a dataset can be imported from. */
export const dataEndings = ['.csv', '.tsv', '.tab', '.txt', '.xlsx', '.parquet', '.pq', '.jsonl', '.ndjson']

/** The data files among the arguments of a start, as absolute paths; switches and the program's own folder are none. */
export function openedFiles(args: string[], folder: string): string[] {
  return args
    .filter(each => !each.startsWith('-'))
    .map(each => pathOf(each, folder))
    .filter(path => path !== null)
    .filter(path => dataEndings.some(ending => path.toLowerCase().endsWith(ending)))
}

/** Desktops of Linux say a file as `file:` URL. Null for one of another machine. */
function pathOf(argument: string, folder: string): string | null {
  if (!/^file:/i.test(argument)) return isAbsolute(argument) ? argument : resolve(folder, argument)
  try {
    return fileURLToPath(argument)
  } catch {
    return null
  }
}
