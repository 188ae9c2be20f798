import { Button, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatBytes, formatCount } from '../../../shared/lib/format.ts'
import type { FilePreview, ReadOptions } from '../../../shared/model/dataset.ts'
import { engine } from '../../client/engine.ts'
import type { ChosenFile } from '../../client/upload.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { nameOfFile } from '../../components/name-of-file.ts'
import { RawLines } from '../../components/raw-lines.tsx'
import { ReadNotices } from '../../components/read-notices.tsx'
import { ReadOptionsForm } from '../../components/read-options-form.tsx'
import { firstLookRows } from './first-look.ts'
import { guessTarget } from './guess-target.ts'
import { ParsedTable } from './parsed-table.tsx'
import { texts } from './texts.ts'

/** What is to be imported, and how it is read; `options` holds only what was said against the sniffing. */
export interface Wanted {
  name: string
  target: string | null
  options: ReadOptions
}

/** A file as it stands and as it would be read. What is changed here is read anew at once; the file is not chosen again. */
export function Preview(props: {
  chosen: ChosenFile
  isRunning: boolean
  begin(wanted: Wanted, isTrained: boolean): void
}) {
  const { chosen, isRunning, begin } = props
  const [options, setOptions] = useState<ReadOptions>({})
  const [name, setName] = useState(nameOfFile(chosen.name))
  const [said, setSaid] = useState<string | null | undefined>(undefined)
  const asked = useAsked(JSON.stringify(options), () => engine.datasets.preview({ file: chosen.file, options }))
  const preview = asked.value
  if (!preview) return asked.error ? <ErrorNotice error={asked.error} /> : <p className="empty">{texts.looking}</p>
  const names = preview.columns.map(column => column.name)
  const target = said === undefined ? guessTarget(names) : said
  const isReady = !isRunning && name.trim() !== '' && preview.problem === null && !asked.isLoading
  const wanted = { name: name.trim(), target: target !== null && names.includes(target) ? target : null, options }
  return (
    <div className="body preview" aria-busy={asked.isLoading}>
      <p className="soft">{summary(preview)}</p>
      <form
        className="form"
        onSubmit={event => {
          event.preventDefault()
          if (isReady) begin(wanted, false)
        }}
      >
        <TextInput
          size="xs"
          required
          label={texts.name}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <Select
          size="xs"
          clearable
          searchable
          label={texts.target}
          placeholder={texts.noTarget}
          data={names}
          value={wanted.target}
          onChange={setSaid}
        />
        <Button
          size="xs"
          variant={wanted.target ? 'default' : 'filled'}
          type="submit"
          disabled={!isReady}
          loading={isRunning}
        >
          {texts.importAction}
        </Button>
        <Button
          size="xs"
          disabled={!isReady || wanted.target === null}
          loading={isRunning}
          onClick={() => begin(wanted, true)}
        >
          {texts.importAndTrain}
        </Button>
      </form>
      {preview.rowsExpected > firstLookRows && (
        <p className="soft">{texts.firstLook(preview.rowsExpected, firstLookRows)}</p>
      )}
      <ReadOptionsForm preview={preview} options={options} onChange={setOptions} />
      <ReadNotices preview={preview} options={options} onChange={setOptions} />
      <div className={preview.raw.length > 0 ? 'sides' : 'sides parsed-only'}>
        <RawLines raw={preview.raw} />
        {preview.problem === null && (
          <ParsedTable
            preview={preview}
            target={wanted.target}
            types={options.types ?? {}}
            onTypes={types => setOptions({ ...options, types })}
          />
        )}
      </div>
    </div>
  )
}

function summary({ fileName, sizeBytes, isWhole, rowsSeen, columns, problem }: FilePreview): string {
  const size = `${fileName}, ${formatBytes(sizeBytes)}`
  if (problem) return size
  const rows = texts.sizeOf(formatCount(rowsSeen), formatCount(columns.length))
  return `${size}: ${isWhole ? rows : texts.inBeginning(rows)}`
}
