import type { PlanChange } from '../../../../shared/model/deployment.ts'

type Field = PlanChange['fields'][number]

/** Values of environment variables may be secrets that a person put there. */
const secretPath = /\.env\[[^\]]*\]\.value$/

/**
 * A thing as it is (null where it is not there) beside what it will be. `how` is the action when they differ. Fields that
 * are undefined are not compared.
 */
export function changeOf(
  object: string,
  before: unknown,
  after: unknown,
  how: 'change' | 'replace' = 'change',
): PlanChange {
  const fields = fieldsThatDiffer(before, after)
  if (before === null) return { object, action: 'create', fields }
  return { object, action: fields.length ? how : 'none', fields }
}

/** The leaves of two JSON values that are not the same, sorted by path. Items of lists are known by `name` where they have one. */
export function fieldsThatDiffer(before: unknown, after: unknown): Field[] {
  const old = leavesOf(before)
  const next = leavesOf(after)
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter(path => old.get(path) !== next.get(path))
    .sort()
    .map(path => {
      const shown = (text: string | undefined) =>
        text === undefined ? null : secretPath.test(path) ? '(hidden)' : text
      return { path, before: shown(old.get(path)), after: shown(next.get(path)) }
    })
}

/** Whether a plan would leave everything as it is. */
export function changesNothing(changes: readonly PlanChange[]): boolean {
  return changes.every(({ action }) => action === 'none')
}

export const nothingWouldChange = 'Nothing would change'

function leavesOf(value: unknown, path = '', leaves = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) return leaves
  if (typeof value !== 'object') {
    leaves.set(path, String(value))
  } else if (Array.isArray(value)) {
    value.forEach((item, i) => {
      const name = (item as { name?: unknown } | null)?.name
      leavesOf(item, `${path}[${typeof name === 'string' ? name : i}]`, leaves)
    })
  } else {
    for (const [key, field] of Object.entries(value)) {
      const step = /^[\w-]+$/.test(key) ? (path ? `.${key}` : key) : `[${key}]`
      leavesOf(field, path + step, leaves)
    }
  }
  return leaves
}
