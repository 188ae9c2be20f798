import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { agreeingRows } from '../../../shared/lib/agreeing-rows.ts'
import { formatCount, formatNumber } from '../../../shared/lib/format.ts'
import { ClassTable, type ModelVersion } from '../../../shared/model/model.ts'
import { engine } from '../../client/engine.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

/** The table of a failure that a model from elsewhere met since it calls its classes otherwise than the data; null for any other. */
export function classTableOf(error: { details?: Record<string, unknown> } | null): ClassTable | null {
  return ClassTable.safeParse(error?.details?.classTable).data ?? null
}

/** Which of the target's classes each of the model's own is: said by the person, beside how many rows agree. */
export function ClassNames({ version, table }: { version: ModelVersion; table: ClassTable }) {
  const { own, classes, counts, suggested } = table
  const [names, setNames] = useState<(string | null)[]>(() => own.map(() => null))
  const { start, job, result, error, isRunning } = useJob<'name-classes'>()
  const rows = counts.flat().reduce((sum, count) => sum + count, 0)
  const isWhole = names.every(name => name !== null)
  const share = (chosen: readonly (string | null)[]) =>
    `${formatNumber((100 * agreeingRows(table, chosen)) / Math.max(1, rows), 3)} %`
  // Of a class beyond those of the target its own name.
  const sorted = own.map((label, k) => classes[k] ?? label)
  return (
    <form
      className="form class-names"
      aria-label={texts.classNames}
      onSubmit={event => {
        event.preventDefault()
        const named = Object.fromEntries(own.map((label, k) => [label, names[k]!]))
        void start(() => engine.models.nameClasses({ model: `${version.model}:${version.version}`, classes: named }))
      }}
    >
      <p className="soft hint">{texts.classNamesHint}</p>
      <div className="choices">
        {suggested && (
          <Button size="compact-xs" variant="default" onClick={() => setNames(suggested)}>
            {texts.classNamesSuggested(share(suggested))}
          </Button>
        )}
        <Button size="compact-xs" variant="default" onClick={() => setNames(sorted)}>
          {texts.classNamesSorted(share(sorted))}
        </Button>
        {!suggested && <span className="soft">{texts.classNamesUnclear(formatCount(rows))}</span>}
      </div>
      <ul className="choices-of-classes">
        {own.map((label, k) => (
          <li key={label}>
            <Select
              size="xs"
              searchable
              label={texts.classNamed(label)}
              description={answeredFor(counts[k]!, classes)}
              data={[...new Set([...classes, ...sorted.slice(classes.length)])]}
              value={names[k] ?? null}
              onChange={name => setNames(names.map((before, place) => (place === k ? name : before)))}
            />
          </li>
        ))}
      </ul>
      {isWhole && <p role="status">{texts.classNamesAgree(share(names), formatCount(rows))}</p>}
      <Button size="xs" type="submit" disabled={!isWhole} loading={isRunning}>
        {texts.classNamesAction}
      </Button>
      <JobLine job={job} />
      <ErrorNotice error={error} />
      {result && (
        <p role="status">
          {texts.classNamesDone}{' '}
          <Link to={pathTo('models', result.model, result.version)}>
            {result.model}:{result.version}
          </Link>
        </p>
      )}
    </form>
  )
}

const mostShown = 3

/** The classes of the rows that got this answer, the most frequent first. */
function answeredFor(counts: readonly number[], classes: readonly string[]): string {
  const held = counts.map((count, k) => ({ count, name: classes[k]! })).filter(({ count }) => count > 0)
  if (!held.length) return texts.answeredNowhere
  held.sort((a, b) => b.count - a.count)
  const shown = held.slice(0, mostShown).map(({ count, name }) => `${formatCount(count)} × ${name}`)
  return texts.answeredFor(held.length > mostShown ? [...shown, '…'] : shown)
}
