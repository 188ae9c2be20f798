import { Button } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { filterWords } from '../../../shared/lib/filter-words.ts'
import { formatCount, formatNumber, formatRange } from '../../../shared/lib/format.ts'
import type { Check, CheckResult } from '../../../shared/model/check.ts'
import type { Examination, WeakSlice } from '../../../shared/model/examination.ts'
import type { Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { List } from '../../components/list.tsx'
import { texts } from './texts.ts'

const short = (value: number) => formatNumber(value, 3)
const range = ([low, high]: [number, number]) => formatRange([short(low), short(high)])

/** Holds every run on the same dataset and target to a slice, as good as this run is there. */
export function PinSlice({ slice, run }: { slice: WeakSlice; run: Run }) {
  const [state, setState] = useState<'open' | 'asked' | 'pinned'>('open')
  const [error, setError] = useState<AppError | null>(null)
  const pin = () => {
    setState('asked')
    setError(null)
    engine.checks.pin({ run: run.run, where: slice.where, most: slice.loss }).then(
      () => setState('pinned'),
      (failure: unknown) => {
        setState('open')
        setError(toAppError(failure))
      },
    )
  }
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        disabled={state !== 'open'}
        aria-label={texts.pinSlice(filterWords(slice.where))}
        onClick={pin}
      >
        {state === 'pinned' ? texts.pinned : texts.pin}
      </Button>
      <ErrorNotice error={error} />
    </>
  )
}

/** What became of pinned slices when the run was examined. One is let go of by a click, and that undone. */
export function Checks({ told }: { told: Examination }) {
  // Examinations of before have none.
  const [all, setAll] = useState(told.checks ?? [])
  const [gone, setGone] = useState<CheckResult | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  const [isAsked, setIsAsked] = useState(false)
  const doing = (work: Promise<Check>, done: (check: Check) => void) => {
    setError(null)
    setIsAsked(true)
    work.then(done, failure => setError(toAppError(failure))).finally(() => setIsAsked(false))
  }
  const unpin = (result: CheckResult) =>
    doing(engine.checks.unpin({ check: result.check.check }), () => {
      setAll(before => before.filter(each => each !== result))
      setGone(result)
    })
  const undo = (result: CheckResult) => {
    const { run, where, most } = result.check
    doing(engine.checks.pin({ run, where, most }), check => {
      setAll(before => [...before, { ...result, check }])
      setGone(null)
    })
  }
  if (all.length === 0 && !gone) return null
  return (
    <section>
      <h3>{texts.checks}</h3>
      <p className="soft">{texts.checksHint}</p>
      {gone && (
        <p role="status">
          {texts.unpinned(filterWords(gone.check.where))}{' '}
          <button type="button" className="link" disabled={isAsked} onClick={() => undo(gone)}>
            {texts.undo}
          </button>
        </p>
      )}
      <ErrorNotice error={error} />
      <List
        label={texts.checks}
        items={all}
        keyOf={({ check }) => check.check}
        empty={texts.noChecks}
        columns={[
          {
            title: texts.slice,
            cell: ({ check }) => filterWords(check.where),
            text: ({ check }) => filterWords(check.where),
          },
          { title: texts.checkVerdict, cell: ({ verdict }) => <CheckState verdict={verdict} /> },
          { title: texts.testRows, isNumber: true, cell: ({ rows }) => formatCount(rows) },
          {
            title: texts.meanLoss(told.loss),
            isNumber: true,
            cell: ({ loss, interval }) => (loss === null || !interval ? '–' : `${short(loss)} (${range(interval)})`),
          },
          { title: texts.atMost, isNumber: true, cell: ({ check }) => short(check.most) },
          {
            title: texts.unpin,
            cell: result => (
              <button
                type="button"
                className="link"
                disabled={isAsked}
                aria-label={texts.unpinSlice(filterWords(result.check.where))}
                onClick={() => unpin(result)}
              >
                {texts.unpin}
              </button>
            ),
          },
        ]}
      />
    </section>
  )
}

function CheckState({ verdict }: { verdict: CheckResult['verdict'] }) {
  return <span className={`check ${verdict.replace(' ', '-')}`}>{texts.checkVerdicts[verdict]}</span>
}
