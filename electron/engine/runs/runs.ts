import { AppError } from '../../../shared/errors.ts'
import type { Intervals, Metrics, Run, Series } from '../../../shared/model/run.ts'
import type { AnyJobHandler, CurvePoint, DomainContext } from '../jobs/index.ts'
import { createOperations } from './operations.ts'
import { type RunFiles, RunStore } from './store.ts'

/** Attempts at learning, with their settings, scores, curves and per-row predictions. */
export function createRuns({ registry, events }: DomainContext) {
  const store = new RunStore(registry)
  const changed = (run: string) => events.publish({ type: 'changed', entity: 'run', id: run })

  /** By id, or by the beginning of one where only one run has it. Throws `not-found`. */
  function get(idOrPrefix: string): Run {
    const found = store.find(idOrPrefix, 4)
    if (found.length === 1) return found[0]!
    if (!found.length) {
      throw new AppError('not-found', `There is no run "${idOrPrefix}"`, {
        mend: 'See `lathe runs` for those there are.',
      })
    }
    throw new AppError('not-found', `Several runs begin with "${idOrPrefix}"`, {
      mend: `Write more of it: ${found
        .slice(0, 3)
        .map(run => run.run)
        .join(', ')}${found.length > 3 ? ' …' : ''}`,
    })
  }

  /** Writes what the run now is, its metrics with it. */
  function update(run: Run, files?: RunFiles): void {
    if (!store.update(run, files)) throw new AppError('not-found', `There is no run "${run.run}"`)
    changed(run.run)
  }

  return {
    operations: createOperations(store, get),
    handlers: [] as AnyJobHandler[],
    get,
    /** A new run; its dataset version, and its bundle if it has one, must be there. */
    insert(run: Run, files?: RunFiles): void {
      store.insert(run, files)
      changed(run.run)
    },
    update,
    /** Scores of the test rows, and of the validation rows where they are given. */
    recordMetrics(run: string, scores: { metrics: Metrics; intervals: Intervals; validationMetrics?: Metrics }): void {
      update({ ...get(run), ...scores })
    },
    /** Points of curves as they come; a point of a step that is there already takes its place. */
    recordPoints: (run: string, points: readonly CurvePoint[]): void => store.addPoints(run, points),
    /** The whole curves of a run, instead of what came while it ran. */
    recordSeries(run: string, series: readonly Series[]): void {
      registry.transaction(() => {
        store.removeSeries(run)
        store.addPoints(run, series.flatMap(pointsOf))
      })
    },
    series: (run: string): Series[] => store.series(run),
    /** Newest first. */
    finished: (algorithm: string, limit: number): Run[] => store.finished(algorithm, limit),
    predictionsSha256: (run: string): string | null => store.files(run).predictionsSha256,
    /**
     * Absolute path of the Parquet file of per-row test predictions: `row` (index in the dataset version), `truth`, and `p0` to `pC−1` or
     * `value`; null where there is none.
     */
    predictionsPath(run: string): string | null {
      const sha256 = store.files(run).predictionsSha256
      return sha256 === null ? null : registry.store.pathOf(sha256)
    },
    splitSha256: (run: string): string | null => store.files(run).splitSha256,
    /** Absolute path of the Parquet file of `row` (index in the dataset version) and `part`; null for runs of before it was kept. */
    splitPath(run: string): string | null {
      const sha256 = store.files(run).splitSha256
      return sha256 === null ? null : registry.store.pathOf(sha256)
    },
  }
}
export type RunService = ReturnType<typeof createRuns>

function pointsOf({ key, steps, values }: Series): CurvePoint[] {
  return steps.flatMap((step, i) => (Number.isFinite(values[i]) ? [{ key, step, value: values[i]! }] : []))
}
