import { formatBytes, formatSeconds } from '../../shared/lib/format.ts'
import type { ScriptRecord } from '../../shared/model/script.ts'
import { metrics, shortDigest } from './values.ts'

/** A script as fields: what code, by what, what it took, and what it says of itself. */
export function scriptFields(script: ScriptRecord): Record<string, string | null> {
  const { usage, commit } = script
  const memory = usage?.peakBytes ? formatBytes(usage.peakBytes) : null
  const took = usage && [
    `${formatSeconds(usage.seconds)} in all`,
    usage.cpuSeconds === null ? null : `${formatSeconds(usage.cpuSeconds)} of processor`,
    memory && `${memory} of memory at most`,
  ]
  return {
    script: [script.file, ...script.args].join(' '),
    'run by': [script.program ?? 'itself', script.version].filter(Boolean).join(', '),
    code: script.sha256 && `SHA-256 ${shortDigest(script.sha256)}`,
    commit: commit && `${commit.id.slice(0, 12)}${commit.isDirty ? ', with changes' : ''}`,
    environment: script.environment.join(', ') || null,
    took: took?.filter(Boolean).join(', ') ?? null,
    'reported by the script': metrics(script.reported) || null,
    'logged by the script':
      Object.entries(script.logged ?? {})
        .map(([name, value]) => `${name}=${value}`)
        .join(', ') || null,
  }
}
