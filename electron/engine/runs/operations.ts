import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import { isMetricId, type MetricId, metricTable } from '../../../shared/model/metrics.ts'
import type { Run } from '../../../shared/model/run.ts'
import { parseFilter } from './filter.ts'
import type { RunStore } from './store.ts'
import { summarize } from './summary.ts'

export function createOperations(
  store: RunStore,
  get: (idOrPrefix: string) => Run,
): Operations<Pick<Contract['runs'], 'list' | 'get' | 'summary'>> {
  return {
    list: ({ filter, sort, limit }) => ({
      runs: store.list({
        condition: filter?.trim() ? parseFilter(filter) : null,
        sort: sort === undefined ? null : metricOf(sort),
        limit,
      }),
    }),
    get({ run: id }) {
      const run = get(id)
      return { ...run, curves: store.series(run.run) }
    },
    summary: ({ runs }) => summarize(runs.map(get)),
  }
}

function metricOf(metric: string): MetricId {
  if (isMetricId(metric)) return metric
  throw new AppError('bad-input', `Runs cannot be sorted by "${metric}", which is no metric`, {
    mend: `Metrics are ${Object.keys(metricTable).join(', ')}.`,
  })
}
