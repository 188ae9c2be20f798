import { Button, NativeSelect } from '@mantine/core'
import { useId, useState } from 'react'
import { type RecalibrationMethod, type Run, recalibrationMethods } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { goFromHere, usePlace } from '../../components/router.ts'
import { addressOf, readPlace } from './place.ts'
import { texts } from './texts.ts'

/** Puts the probabilities of one of the chosen runs right; the new run then stands beside it. */
export function RecalibratePanel({ runs }: { runs: Run[] }) {
  const place = readPlace(usePlace().search)
  const able = runs.filter(run => run.task !== 'regression' && !run.recalibration && !run.refit)
  const [asked, setAsked] = useState<string | null>(null)
  const run = able.find(each => each.run === asked) ?? able[0]
  const [wanted, setWanted] = useState<RecalibrationMethod | null>(null)
  const method = wanted ?? (run?.task === 'binary' ? 'sigmoid' : 'temperature')
  const help = useId()
  const { start, job, error, isRunning } = useJob<'recalibrate'>()
  if (!run) return null
  const begin = async () => {
    const goOn = goFromHere()
    const made = await start(() => engine.runs.recalibrate({ run: run.run, method }))
    if (made) goOn(addressOf({ ...place, runs: [run.run, made.run.run] }))
  }
  return (
    <section className="recalibrate" aria-label={texts.recalibration}>
      <h3>{texts.recalibration}</h3>
      <p className="soft">{texts.recalibrationHint}</p>
      <div className="form">
        {able.length > 1 && (
          <NativeSelect
            size="xs"
            label={texts.run}
            data={able.map(each => ({ value: each.run, label: `${runs.indexOf(each) + 1} ${each.name}` }))}
            value={run.run}
            onChange={event => setAsked(event.currentTarget.value)}
          />
        )}
        <NativeSelect
          size="xs"
          label={texts.method}
          aria-describedby={help}
          data={recalibrationMethods.map(value => ({ value, label: texts.methods[value] }))}
          value={method}
          onChange={event => setWanted(event.currentTarget.value as RecalibrationMethod)}
        />
        <Button size="xs" loading={isRunning} onClick={() => void begin()}>
          {texts.recalibrate}
        </Button>
      </div>
      <p className="soft" id={help}>
        {texts.methodHelp[method]}
      </p>
      <JobLine job={isRunning ? job : null} />
      <ErrorNotice error={error} />
    </section>
  )
}
