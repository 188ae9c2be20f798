import type { AlgorithmInfo } from '../../../shared/contract/runs.ts'
import { isWithoutTarget, type Task, type TaskChoice, tasks } from '../../../shared/model/run.ts'

/** Whether an algorithm learns one of these tasks; nothing is known yet where they are not. */
export function learns(known: AlgorithmInfo[], algorithm: string, wanted: readonly Task[] | null): boolean {
  const tasks = known.find(({ id }) => id === algorithm)?.tasks ?? []
  return wanted === null || tasks.some(task => wanted.includes(task))
}

/** What can be learned of what is chosen; null while nothing is. The labels of anomalies are two classes. */
export function tasksOf(chosen: {
  isWithout: boolean
  isForecast: boolean
  kind: { isClasses: boolean } | undefined
  distinct: number | undefined
  task: TaskChoice | undefined
}): Task[] | null {
  const { isWithout, isForecast, kind, distinct, task } = chosen
  if (isWithout) return tasks.filter(isWithoutTarget)
  if (isForecast) return ['regression']
  if (!kind) return null
  if (task === 'anomaly' || task === 'clusters') return [task]
  const isClasses = task ? task === 'classification' : kind.isClasses
  if (!isClasses) return ['regression']
  return distinct === 2 ? ['binary', 'anomaly'] : ['binary']
}
