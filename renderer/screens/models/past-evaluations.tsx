import { useState } from 'react'
import { formatCount, formatMoment } from '../../../shared/lib/format.ts'
import type { ModelVersion, PastEvaluation } from '../../../shared/model/model.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { rowsAddress } from '../../components/rows-address.ts'
import { scoreOf } from '../../components/scores.ts'
import { MetricsTable } from './metrics-table.tsx'
import { texts } from './texts.ts'

const dataOf = ({ dataset, datasetVersion }: PastEvaluation) => `${dataset}:${datasetVersion}`

/** What a version scored on other datasets before, newest first; each opens its metrics. */
export function PastEvaluations({ version: { model, version, task } }: { version: ModelVersion }) {
  const reference = `${model}:${version}`
  const last = useEngine(({ jobs }) => jobs.find(({ kind, endedAt }) => kind === 'evaluate' && endedAt !== null)?.job)
  const { value, error } = useAsked(`${reference} ${last}`, () => engine.models.evaluations({ model: reference }))
  const [shown, setShown] = useState<number | null>(null)
  const opened = value?.evaluations.find(({ evaluatedAt }) => evaluatedAt === shown)
  return (
    <>
      <h3>{texts.pastEvaluations}</h3>
      <ErrorNotice error={error} />
      {!error && (
        <List
          label={texts.pastEvaluations}
          items={value?.evaluations ?? null}
          keyOf={({ evaluatedAt }) => String(evaluatedAt)}
          isChosen={evaluation => evaluation === opened}
          empty={texts.noEvaluations}
          columns={[
            {
              title: texts.chooseDataset,
              cell: evaluation => (
                <Link to={rowsAddress(evaluation.dataset, evaluation.datasetVersion)}>{dataOf(evaluation)}</Link>
              ),
              text: dataOf,
            },
            { title: texts.rows, isNumber: true, cell: ({ rows }) => formatCount(rows) },
            { title: texts.score, isNumber: true, cell: ({ metrics }) => scoreOf(task, metrics) },
            { title: texts.when, cell: ({ evaluatedAt }) => formatMoment(evaluatedAt) },
            {
              title: texts.allMetrics,
              cell: evaluation => (
                <button
                  type="button"
                  className="link"
                  aria-expanded={evaluation === opened}
                  aria-label={texts.metricsOf(dataOf(evaluation))}
                  onClick={() => setShown(evaluation === opened ? null : evaluation.evaluatedAt)}
                >
                  {texts.showMetrics}
                </button>
              ),
            },
          ]}
        />
      )}
      {opened && (
        <MetricsTable
          label={texts.metricsOf(dataOf(opened))}
          metrics={opened.metrics}
          intervals={opened.intervals}
          differences={opened.against?.differences}
        />
      )}
    </>
  )
}
