import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { engine } from '../../client/engine.ts'
import type { ChosenFile } from '../../client/upload.ts'
import { useJob } from '../../client/use-job.ts'
import { DatasetTarget, useDatasetTarget } from '../../components/dataset-target.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { FileChooser } from '../../components/file-chooser.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { nameOfFile } from '../../components/name-of-file.ts'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

const fitted = [
  ...['.joblib', '.pkl', '.pickle', '.skops', '.txt', '.lgb', '.json', '.ubj'],
  ...['.pt2', '.pt', '.pth', '.keras', '.h5'],
]

/**
 * An ONNX file from elsewhere, dropped, chosen or named by its path, becomes a version of a model; a fitted model of a Python library does after a Python
 * of the person's own has converted it.
 */
export function ImportFile() {
  const [file, setFile] = useState<ChosenFile | null>(null)
  const [name, setName] = useState('')
  const [python, setPython] = useState('python3')
  const like = useDatasetTarget()
  const isFitted = file !== null && fitted.some(suffix => file.name.toLowerCase().endsWith(suffix))
  const { start, job, result, error, isRunning } = useJob<'import-model'>()
  return (
    <Panel title={texts.importTitle}>
      <FileChooser
        what={texts.importWhat}
        accept={['.onnx', ...fitted]}
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
            const asked = {
              ...{ file: file.file, name: name.trim() },
              ...(isFitted ? { python: python.trim() } : {}),
              ...like.asked,
            }
            if (await start(() => engine.models.importFile(asked))) setFile(now => (now === file ? null : now))
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
          {isFitted && (
            <TextInput
              size="xs"
              required
              className="long"
              label={texts.importPython}
              description={texts.importPythonHelp}
              value={python}
              onChange={event => setPython(event.currentTarget.value)}
            />
          )}
          <DatasetTarget
            chosen={like}
            dataset={{ label: texts.importLike, help: isFitted ? texts.importLikeFitted : texts.importLikeHelp }}
            target={{ label: texts.importTarget, help: ' ' }}
          />
          <Button size="xs" type="submit" disabled={!name.trim() || (isFitted && !python.trim())} loading={isRunning}>
            {texts.importAction}
          </Button>
        </form>
      )}
      <JobLine job={job} />
      <div className="outcome">
        <ErrorNotice error={error ?? like.error} />
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
