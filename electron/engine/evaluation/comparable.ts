import { AppError } from '../../../shared/errors.ts'
import type { Comparison, Run } from '../../../shared/model/run.ts'

/** Throws `not-comparable`, saying why, unless the runs are done and were tested on the very same rows. */
export function requireComparable(runs: readonly Run[]): void {
  const [first, ...others] = runs
  for (const run of runs) {
    if (run.status === 'done') continue
    throw new AppError('not-comparable', `The run ${run.run} is ${run.status}, so it has no predictions to compare`, {
      mend: run.status === 'running' || run.status === 'queued' ? 'Wait for its end.' : 'Train it again.',
    })
  }
  for (const run of others) {
    const reason = difference(first!, run)
    if (!reason) continue
    throw new AppError('not-comparable', `The runs ${first!.run} and ${run.run} cannot be compared: ${reason}`, {
      mend: 'Train them on the same dataset version and target with the same --seed (or the same --split column).',
    })
  }
}

function difference(one: Run, other: Run): string | null {
  const dataset = (run: Run) => `${run.dataset}:${run.datasetVersion}`
  const said = ({ target, task }: Run) => (target === null ? `finds ${task}` : `predicts "${target}" (${task})`)
  if (one.task !== other.task || one.target !== other.target) return `one ${said(one)}, the other ${said(other)}`
  if (one.testRowsDigest === null || one.testRowsDigest !== other.testRowsDigest) {
    return dataset(one) === dataset(other)
      ? 'they were tested on different rows'
      : `they were tested on different rows, of ${dataset(one)} and of ${dataset(other)}`
  }
  if (one.classes.join('\0') !== other.classes.join('\0')) return 'their classes differ'
  return null
}

/** Settings that are not the same in all runs: name → one value a run, null where a run has no such setting. */
export function differingSettings(runs: readonly Run[]): Comparison['settings'] {
  const each = runs.map(run => {
    const { algorithm, dataset, datasetVersion, target, seed, splitColumn, splitBy, folds, device, parameters } = run
    return new Map<string, Comparison['settings'][string][number]>([
      ['algorithm', algorithm],
      ['dataset', `${dataset}:${datasetVersion}`],
      ['target', target],
      ['seed', seed],
      ['split', splitColumn === null ? null : `${splitBy ?? 'parts'} ${splitColumn}`],
      ['folds', folds ?? 0],
      ['device', device],
      ['recalibration', run.recalibration ?? null],
      ['refit', run.refit ?? false],
      ...Object.entries(parameters),
    ])
  })
  const names = [...new Set(each.flatMap(settings => [...settings.keys()]))]
  const rows = names.map(name => [name, each.map(settings => settings.get(name) ?? null)] as const)
  return Object.fromEntries(rows.filter(([, values]) => new Set(values.map(value => JSON.stringify(value))).size > 1))
}
