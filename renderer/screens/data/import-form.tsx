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

/** A file of the engine's machine becomes a dataset version; delimiter, encoding and types are told from the file. */
export function ImportForm() {
  const [file, setFile] = useState('')
  const [name, setName] = useState('')
  const [target, setTarget] = useState('')
  const { start, job, result, error, isRunning } = useJob<'import'>()
  const chosen = name.trim() || nameOfFile(file)
  return (
    <Panel title={texts.importTitle}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          const wanted = target.trim() ? { target: target.trim() } : {}
          void start(() => engine.datasets.import({ file: file.trim(), name: chosen, ...wanted }))
        }}
      >
        <TextInput
          size="xs"
          required
          className="long"
          label={texts.file}
          value={file}
          onChange={event => setFile(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label={texts.name}
          placeholder={nameOfFile(file)}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label={texts.target}
          value={target}
          onChange={event => setTarget(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={!file.trim() || !chosen} loading={isRunning}>
          {texts.importAction}
        </Button>
      </form>
      <JobLine job={job} />
      <ErrorNotice error={error} />
      {result && (
        <p className="body" role="status">
          {texts.imported} <Link to={pathTo('data', result.dataset)}>{`${result.dataset}:${result.version}`}</Link>
        </p>
      )}
    </Panel>
  )
}
