import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { engine } from '../../client/engine.ts'
import type { ChosenFile } from '../../client/upload.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { FileChooser } from '../../components/file-chooser.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { nameOfFile } from '../../components/name-of-file.ts'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

/** An ONNX file from elsewhere, dropped, chosen or named by its path, becomes a version of a model. */
export function ImportFile() {
  const [file, setFile] = useState<ChosenFile | null>(null)
  const [name, setName] = useState('')
  const { start, job, result, error, isRunning } = useJob<'import-model'>()
  return (
    <Panel title={texts.importTitle}>
      <FileChooser
        what={texts.importWhat}
        accept={['.onnx']}
        pathLabel={texts.importFile}
        pathAction={texts.importTake}
        onFile={chosen => {
          setFile(chosen)
          setName(nameOfFile(chosen.name))
        }}
      />
      {file && (
        <form
          className="body form"
          onSubmit={async event => {
            event.preventDefault()
            if (await start(() => engine.models.importFile({ file: file.file, name: name.trim() }))) setFile(null)
          }}
        >
          <TextInput
            size="xs"
            required
            className="long"
            label={`${texts.importName} ${file.name}`}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" disabled={!name.trim()} loading={isRunning}>
            {texts.importAction}
          </Button>
        </form>
      )}
      <JobLine job={job} />
      <div className="outcome">
        <ErrorNotice error={error} />
        {result && (
          <p role="status">
            {texts.importDone}{' '}
            <Link to={pathTo('models', result.model, result.version)}>
              {result.model}:{result.version}
            </Link>
          </p>
        )}
      </div>
    </Panel>
  )
}
