import { fileURLToPath } from 'node:url'

/** The programs that Lathe starts as processes or threads of their own: source file from this folder's parent, bundle in `out/`. */
const entries = {
  headless: { source: '../../headless/main.ts', bundle: 'headless.js' },
  'job-main': { source: '../job-main.ts', bundle: 'job-main.js' },
  trial: { source: '../training/search/trial-main.ts', bundle: 'trial.js' },
  'sort-thread': { source: '../datasets/sort-thread.ts', bundle: 'sort-thread.js' },
  'query-process': { source: '../datasets/query-process.ts', bundle: 'query-process.js' },
  'device-probe': { source: '../runtime/device-probe.ts', bundle: 'device-probe.js' },
  holder: { source: '../../serving/holder.ts', bundle: 'holder.js' },
  serving: { source: '../../serving/main.ts', bundle: 'serving/main.js' },
} as const

export type EntryName = keyof typeof entries

/** Absolute path of a program, to be given to `process.execPath`: the source in a clone under test, the bundle in `out/`. */
export function entryPath(name: EntryName): string {
  const runsFromSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(runsFromSource ? entries[name].source : entries[name].bundle, import.meta.url))
}

/** Absolute path of the folder with everything built or shipped beside the code: the repository root in a clone. */
export function productRoot(): string {
  const runsFromSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(runsFromSource ? '../../../' : '../', import.meta.url))
}
