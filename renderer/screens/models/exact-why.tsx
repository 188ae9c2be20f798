import { Button } from '@mantine/core'
import type { RawRow } from '../../../shared/inference/signature.ts'
import { formatNumber } from '../../../shared/lib/format.ts'
import type { RowExplanation } from '../../../shared/model/explanation.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import { engine } from '../../client/engine.ts'
import { useJob } from '../../client/use-job.ts'
import { ContributionList } from '../../components/contribution-list.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { texts } from './texts.ts'

const short = (value: number) => formatNumber(value, 4)

/** The engine's own explanation of a row: exact over the trees of a model that has them. Give it a key of the row. */
export function ExactWhy({ version: { model, version }, row }: { version: ModelVersion; row: RawRow }) {
  const { start, result, error, isRunning } = useJob<'explain-row'>()
  const own = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? null]))
  return (
    <>
      <ErrorNotice error={error} />
      {result ? (
        <Explained told={result} />
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          loading={isRunning}
          onClick={() => void start(() => engine.models.explain({ model: `${model}:${version}`, row: own }))}
        >
          {texts.explainRow}
        </Button>
      )}
    </>
  )
}

function Explained({ told }: { told: RowExplanation }) {
  const { outputs, prediction, base, answer, parts, scale, method, isExact } = told
  const place = Math.max(0, outputs.indexOf(String(prediction)))
  return (
    <ContributionList
      label={texts.explainedRow}
      title={texts.explainedRow}
      from={texts.explainedFrom(short(base[place]!), short(answer[place]!), scale, outputs[place]!)}
      parts={parts.map(({ column, values, errors }) => ({ column, value: values[place]!, error: errors[place]! }))}
      note={method === 'tree-shap' ? texts.byTrees : texts.noTrees + (isExact ? texts.whyExact : texts.whyDrawn)}
      show={short}
      error={deviation => texts.whyError(short(deviation))}
      more={texts.whyOthers}
    />
  )
}
