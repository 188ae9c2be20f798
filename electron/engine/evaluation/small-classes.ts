import type { Task } from '../../../shared/model/run.ts'

/** Of as many rows the intervals of means over classes held the true values as often as they say (`README.md`). */
const enough = 10
/** One or a few classes of fewer decide a mean over classes, by a row or two that resamples may miss; many such classes even out. */
const least = 5
const mostTiny = 3

/**
 * Says of test rows which metrics are not to be relied on, where some classes have next to none of them, or most classes have few; nothing of others.
 * `truth`: places in `classes`.
 */
export function smallClasses(task: Task, classes: readonly string[], truth: ArrayLike<number>): string[] {
  if (task !== 'multiclass') return []
  const rows = new Uint32Array(classes.length)
  for (let row = 0; row < truth.length; row += 1) if (truth[row]! >= 0) rows[truth[row]!]! += 1
  const measured = classes.flatMap((name, k) => (rows[k]! > 0 ? [{ name, rows: rows[k]! }] : []))
  const tiny = measured.filter(each => each.rows < least)
  if (tiny.length > 0 && tiny.length <= mostTiny) {
    const named = tiny.map(({ name }) => JSON.stringify(name)).join(', ')
    return [
      `${named} ${tiny.length > 1 ? 'have' : 'has'} fewer than ${least} rows to be measured on: AUC, balanced accuracy, F1, precision and recall are means over the classes and hang on these rows more than their intervals say; accuracy and log-loss do not`,
    ]
  }
  const small = measured.filter(each => each.rows < enough).length
  if (2 * small <= measured.length) return []
  return [
    `${small} of ${measured.length} classes have fewer than ${enough} rows to be measured on: precision and F1, means over the classes, are then biased, and their intervals hold the true values less often than 95 % of the time; accuracy and log-loss can be relied on`,
  ]
}
