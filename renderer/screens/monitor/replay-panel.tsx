import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatCount, formatSeconds } from '../../../shared/lib/format.ts'
import { engine } from '../../client/engine.ts'
import type { ChosenFile } from '../../client/upload.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { FileChooser } from '../../components/file-chooser.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Panel } from '../../components/panel.tsx'
import { clipped } from './numbers.ts'
import { texts } from './texts.ts'

/** A file's rows go to the endpoint as traffic. What it counted cannot be taken back, so its name must be typed. */
export function ReplayPanel({ endpoint }: { endpoint: string }) {
  const [chosen, setChosen] = useState<ChosenFile | null>(null)
  const [rate, setRate] = useState('')
  const [typed, setTyped] = useState('')
  const { start, job, result, error, isRunning } = useJob<'replay'>()
  const perSecond = Number(rate)
  const isBadRate = rate.trim() !== '' && !(perSecond > 0)
  return (
    <Panel title={texts.replay}>
      <p className="body soft">{texts.replayHint}</p>
      <FileChooser
        what={texts.replayWhat}
        accept={['.csv', '.tsv', '.txt', '.parquet', '.jsonl', '.ndjson']}
        pathLabel={texts.replayPath}
        pathAction={texts.replayPathAction}
        onFile={setChosen}
      />
      {chosen && (
        <form
          className="body form"
          onSubmit={event => {
            event.preventDefault()
            if (typed !== endpoint) return
            const { file } = chosen
            void start(() =>
              engine.monitoring.replay({ file, url: endpoint, rate: rate.trim() ? perSecond : undefined }),
            ).then(done => {
              setTyped('')
              // What was uploaded is gone once it was sent.
              if (done && file.startsWith('upload:')) setChosen(null)
            })
          }}
        >
          <span className="clipped" title={chosen.name}>
            {clipped(chosen.name)}
          </span>
          <TextInput
            size="xs"
            inputMode="decimal"
            label={texts.rate}
            error={isBadRate}
            value={rate}
            onChange={event => setRate(event.currentTarget.value)}
          />
          <TextInput
            size="xs"
            label={texts.replayConfirm}
            value={typed}
            onChange={event => setTyped(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" loading={isRunning} disabled={isBadRate || typed !== endpoint}>
            {texts.send}
          </Button>
        </form>
      )}
      <JobLine job={job} />
      <ErrorNotice error={error} />
      {result && (
        <div className="body" role="status">
          <p>{texts.sent(formatCount(result.sent), formatSeconds(result.seconds), formatCount(result.errors))}</p>
          {result.messages.map(message => (
            <p key={message} className="soft clipped" title={message}>
              {message}
            </p>
          ))}
        </div>
      )}
    </Panel>
  )
}
