import { isAbsolute, resolve } from 'node:path'

/** Endings of files that a dataset can be imported from. */
export const dataEndings = ['.csv', '.tsv', '.tab', '.txt', '.xlsx', '.parquet', '.pq', '.jsonl', '.ndjson']

/** The data files among the arguments of a start, as absolute paths; switches and the program's own folder are none. */
export function openedFiles(args: string[], folder: string): string[] {
  return args
    .filter(each => !each.startsWith('-') && dataEndings.some(ending => each.toLowerCase().endsWith(ending)))
    .map(each => (isAbsolute(each) ? each : resolve(folder, each)))
}
