import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatCount, formatSeconds } from '../../../shared/lib/format.ts'
import type { RowsReadOptions } from '../../../shared/model/dataset.ts'
import { engine } from '../../client/engine.ts'
import type { ChosenFile } from '../../client/upload.ts'
import { useAsked } from '../../client/use-asked.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { FileChooser } from '../../components/file-chooser.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Panel } from '../../components/panel.tsx'
import { RawLines } from '../../components/raw-lines.tsx'
import { ReadNotices } from '../../components/read-notices.tsx'
import { ReadOptionsForm } from '../../components/read-options-form.tsx'
import { tableEndings } from '../../components/table-endings.ts'
import { texts as words } from '../../components/texts.ts'
import { TypedConfirmation } from '../../components/typed-confirmation.tsx'
import { clipped } from './numbers.ts'
import { texts } from './texts.ts'

/** A file's rows go to the endpoint as traffic. What it counted cannot be taken back, so its name must be typed. */
export function ReplayPanel({ endpoint }: { endpoint: string }) {
  const [chosen, setChosen] = useState<ChosenFile | null>(null)
  const [options, setOptions] = useState<RowsReadOptions>({})
  const [rate, setRate] = useState('')
  const { start, job, result, error, isRunning } = useJob<'replay'>()
  const read = useAsked(`${chosen?.file} ${JSON.stringify(options)}`, async () =>
    chosen ? engine.datasets.preview({ file: chosen.file, options }) : null,
  )
  const preview = chosen && read.value
  const isRead = preview?.problem === null && !read.isLoading
  const perSecond = Number(rate)
  const isBadRate = rate.trim() !== '' && !(perSecond > 0)
  const send = async (file: string) => {
    const asked = { file, url: endpoint, rate: rate.trim() ? perSecond : undefined, options }
    const done = await start(() => engine.monitoring.replay(asked))
    // What was uploaded is gone once it was sent.
    if (done && file.startsWith('upload:')) setChosen(now => (now?.file === file ? null : now))
    return done !== null
  }
  return (
    <Panel title={texts.replay}>
      <p className="body soft">{texts.replayHint}</p>
      <FileChooser
        what={words.read.what}
        accept={tableEndings}
        pathLabel={texts.replayPath}
        pathAction={texts.replayPathAction}
        onFile={file => {
          setOptions({})
          setChosen(file)
        }}
      />
      {preview && (
        <div className="body reading" aria-busy={read.isLoading}>
          <ReadOptionsForm preview={preview} options={options} onChange={setOptions} />
          <ReadNotices preview={preview} options={options} onChange={setOptions} />
          <RawLines raw={preview.raw} />
        </div>
      )}
      {chosen && <ErrorNotice error={read.error} />}
      {chosen && (
        <TypedConfirmation
          name={endpoint}
          lost={texts.replayLost}
          action={texts.send}
          isReady={isRead && !isBadRate}
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
