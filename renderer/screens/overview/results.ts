import { isBetter, selectionMetric } from '../../../shared/model/metrics.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import { isWithoutTarget, type Run } from '../../../shared/model/run.ts'
import { baselineOf } from '../../components/scores.ts'

/** What was learned of one target of one dataset. */
export interface Result {
  key: string
  /** Best on validation among those that are measured on the same test rows as the newest one. */
  best: Run
  baseline: Run | null
  /** The newest version that was made of it; null where it is no model yet. */
  model: ModelVersion | null
  /** Finished ones, on whatever rows. */
  runs: number
}

const questionOf = ({ dataset, target, task, forecast }: Run) =>
  JSON.stringify([dataset, target, isWithoutTarget(task) ? task : null, forecast?.horizon ?? null])

/** One for each question that was asked of the data, the one that was worked on last first. `runs` and `models` come newest first. */
export function resultsOf(runs: readonly Run[], models: readonly ModelVersion[]): Result[] {
  const done = runs.filter(run => run.status === 'done' && run.task !== null)
  return [...Map.groupBy(done, questionOf)].map(([key, asked]) => {
    const [newest] = asked as [Run, ...Run[]]
    const comparable = asked.filter(
      ({ task, testRowsDigest }) => task === newest.task && testRowsDigest === newest.testRowsDigest,
    )
    const best = comparable.reduce((first, other) => (isBetterRun(other, first) ? other : first))
    const baseline = baselineOf(best, asked)
    return {
      key,
      best,
      baseline: baseline?.run === best.run ? null : baseline,
      model: models.find(({ run }) => run === best.run) ?? null,
      runs: asked.length,
    }
  })
}

/** On the rows that runs are chosen by; one that was not measured there is no better than any other. */
function isBetterRun(run: Run, than: Run): boolean {
  const metric = selectionMetric(run.task!)
  const [mine, theirs] = [run.validationMetrics[metric], than.validationMetrics[metric]]
  if (mine === undefined || theirs === undefined) return theirs === undefined && mine !== undefined
  return isBetter(metric, mine, theirs)
}
