import { Button, NumberInput, SegmentedControl, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { ScriptRequest } from '../../../shared/contract/scripts.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useJob } from '../../client/use-job.ts'
import { DatasetTarget, useDatasetTarget } from '../../components/dataset-target.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Panel } from '../../components/panel.tsx'
import { goFromHere, pathTo } from '../../components/router.ts'
import { variablesOf, wordsOf } from './script-arguments.ts'
import { LastLines, ScriptFacts } from './script-panel.tsx'
import { texts } from './texts.ts'

const { script: words } = texts
type RunBy = 'python' | 'command' | 'itself'

/** Runs a program of the person's own on the engine's machine; with a dataset and a target it becomes a run, whose page opens. */
export function ScriptForm() {
  const [file, setFile] = useState('')
  const [runBy, setRunBy] = useState<RunBy>('python')
  const [program, setProgram] = useState('')
  const [args, setArgs] = useState('')
  const [environment, setEnvironment] = useState('')
  const [minutes, setMinutes] = useState<number | string>('')
  const [seed, setSeed] = useState<number | string>(0)
  const rows = useDatasetTarget()
  const { start, job, result, error, isRunning } = useJob<'script'>()
  const { variables, wrong } = variablesOf(environment)
  const usual = runBy === 'python' ? words.usualPython : words.usualCommand

  const begin = () =>
    start(async () => {
      const goOn = goFromHere()
      const named = program.trim() || (runBy === 'python' ? words.usualPython : '')
      const started = await engine.scripts.run(
        ScriptRequest.parse({
          ...{ file: file.trim(), args: wordsOf(args), environment: variables, seed: Number(seed) || 0 },
          ...(runBy !== 'itself' && named ? { [runBy]: named } : {}),
          ...(Number(minutes) > 0 ? { minutes: Number(minutes) } : {}),
          ...rows.asked,
        }),
      )
      if (started.run) {
        await useEngine.getState().refresh('runs')
        goOn(pathTo('train', started.run.run))
      }
      return started
    })

  return (
    <Panel title={words.form}>
      <details className="script-form">
        <summary>{words.summary}</summary>
        <form
          onSubmit={event => {
            event.preventDefault()
            void begin()
          }}
        >
          <div className="form">
            <TextInput
              size="xs"
              required
              className="long"
              label={words.file}
              description={words.fileHelp}
              value={file}
              onChange={event => setFile(event.currentTarget.value)}
            />
            <div className="run-by">
              <SegmentedControl
                size="xs"
                aria-label={words.runBy}
                data={Object.entries(words.runByNames).map(([value, label]) => ({ value, label }))}
                value={runBy}
                onChange={value => setRunBy(value as RunBy)}
              />
            </div>
            <TextInput
              size="xs"
              label={runBy === 'python' ? words.python : words.program}
              description={words.programHelp[runBy]}
              disabled={runBy === 'itself'}
              required={runBy === 'command'}
              placeholder={runBy === 'itself' ? '' : usual}
              value={runBy === 'itself' ? '' : program}
              onChange={event => setProgram(event.currentTarget.value)}
            />
            <TextInput
              size="xs"
              className="long"
              label={words.args}
              description={words.argsHelp}
              value={args}
              onChange={event => setArgs(event.currentTarget.value)}
            />
            <DatasetTarget
              chosen={rows}
              dataset={{ label: texts.dataset, help: words.datasetHelp }}
              target={{ label: words.target, help: words.targetHelp }}
            />
            {rows.dataset !== null && (
              <NumberInput
                size="xs"
                label={words.seed}
                description={words.seedHelp}
                min={0}
                allowDecimal={false}
                value={seed}
                onChange={setSeed}
              />
            )}
            <NumberInput
              size="xs"
              label={words.minutes}
              description={words.minutesHelp}
              min={0.01}
              max={20_000}
              value={minutes}
              onChange={setMinutes}
            />
            <Textarea
              size="xs"
              className="long"
              autosize
              minRows={1}
              maxRows={6}
              label={words.environment}
              description={words.environmentHelp}
              error={wrong === null ? undefined : words.noVariable(wrong)}
              value={environment}
              onChange={event => setEnvironment(event.currentTarget.value)}
            />
          </div>
          <p className="soft">{words.handedOver}</p>
          <Button size="xs" type="submit" disabled={!file.trim() || wrong !== null} loading={isRunning}>
            {words.action}
          </Button>
        </form>
        <JobLine job={job} />
        <ErrorNotice error={error ?? rows.error} />
        <LastLines details={error?.details} />
        {result && result.run === null && (
          <div role="status">
            <p>{words.done}</p>
            <ScriptFacts script={result.script} />
          </div>
        )}
      </details>
    </Panel>
  )
}
