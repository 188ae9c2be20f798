import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatCount, formatSeconds } from '../../../shared/lib/format.ts'
import { engine } from '../../client/engine.ts'
import type { ChosenFile } from '../../client/upload.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { FileChooser } from '../../components/file-chooser.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Panel } from '../../components/panel.tsx'
import { TypedConfirmation } from '../../components/typed-confirmation.tsx'
import { clipped } from './numbers.ts'
import { texts } from './texts.ts'

/** A file's rows go to the endpoint as traffic. What it counted cannot be taken back, so its name must be typed. */
export function ReplayPanel({ endpoint }: { endpoint: string }) {
  const [chosen, setChosen] = useState<ChosenFile | null>(null)
  const [rate, setRate] = useState('')
  const { start, job, result, error, isRunning } = useJob<'replay'>()
  const perSecond = Number(rate)
  const isBadRate = rate.trim() !== '' && !(perSecond > 0)
  const send = async (file: string) => {
    const asked = { file, url: endpoint, rate: rate.trim() ? perSecond : undefined }
    const done = await start(() => engine.monitoring.replay(asked))
    // What was uploaded is gone once it was sent.
    if (done && file.startsWith('upload:')) setChosen(now => (now?.file === file ? null : now))
    return done !== null
  }
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
        <TypedConfirmation
          name={endpoint}
          lost={texts.replayLost}
          action={texts.send}
          isReady={!isBadRate}
          isRunning={isRunning}
          act={() => send(chosen.file)}
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
        </TypedConfirmation>
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
