import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { engine } from '../../client/engine.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { nameOfFile } from '../../components/name-of-file.ts'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

export function ImportFile() {
  const [file, setFile] = useState('')
  const [name, setName] = useState('')
  const { start, job, result, error, isRunning } = useJob<'import-model'>()
  const chosen = name || nameOfFile(file)
  return (
    <Panel title={texts.importTitle}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          void start(() => engine.models.importFile({ file: file.trim(), name: chosen }))
        }}
      >
        <TextInput
          size="xs"
          required
          className="long"
          label={texts.importFile}
          value={file}
          onChange={event => setFile(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label={texts.importName}
          placeholder={nameOfFile(file)}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={!file.trim() || !chosen} loading={isRunning}>
          {texts.importAction}
        </Button>
      </form>
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
