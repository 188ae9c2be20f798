import { AppError } from '../../../shared/errors.ts'
import type { Table } from '../../../shared/inference/table.ts'
import { isWithoutTarget, type TaskWithoutTarget } from '../../../shared/model/run.ts'
import type { Algorithm } from './algorithm.ts'
import { readTarget, type Target } from './target.ts'

/** The one thing that an algorithm learns, when that needs no target. */
export function taskWithoutTarget({ tasks }: Pick<Algorithm, 'tasks'>): TaskWithoutTarget | null {
  return tasks.find(isWithoutTarget) ?? null
}

/**
 * What stands for the target where nothing is to be foretold: every row counts. A column that is named for an anomaly detector holds the two
 * labels that its scores are measured by, the anomalous one second: the rarer one where none is named. Throws `bad-data` where it holds something else.
 */
export function readWithoutTarget(
  table: Table,
  task: TaskWithoutTarget,
  { column, positive }: { column: string | null; positive: string | null },
): Target {
  if (task === 'anomaly' && column !== null) {
    const labels = readTarget(table, { column, task: 'classification', positive })
    if (labels.classes.length === 2) {
      const seconds = labels.values.reduce((sum, place) => sum + Number(place === 1), 0)
      const firsts = labels.values.reduce((sum, place) => sum + Number(place === 0), 0)
      const rarer = positive ?? labels.classes[firsts < seconds ? 0 : 1]!
      return { ...readTarget(table, { column, task: 'classification', positive: rarer }), task }
    }
    throw new AppError(
      'bad-data',
      `The column "${column}" has ${labels.classes.length} classes, not normal and anomalous`,
      {
        mend: 'Name a column of two classes, or leave --target out.',
      },
    )
  }
  return {
    task,
    classes: task === 'anomaly' ? ['normal', 'anomaly'] : [],
    values: new Float64Array(table.rows),
    missing: 0,
    isUnlabelled: true,
  }
}
