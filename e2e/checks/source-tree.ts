import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Path from the repository's root, with `/`, to the text of the file. */
export type SourceTree = Map<string, string>

/** The files that git knows or would take (ignored ones are left out) under the given folders, with one of the endings. */
export function readTree(folders: string[], endings: string[]): SourceTree {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...folders],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  const paths = listed.split('\0').filter(path => endings.some(ending => path.endsWith(ending)))
  const present = paths.filter(path => existsSync(join(root, path)))
  return new Map(present.map(path => [path, readFileSync(join(root, path), 'utf8')]))
}
