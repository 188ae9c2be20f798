import { Button, Checkbox, TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatBytes, formatSeconds } from '../../../shared/lib/format.ts'
import type { Architecture } from '../../../shared/model/deployment.ts'
import { engine } from '../../client/engine.ts'
import { useJob } from '../../client/use-job.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Panel } from '../../components/panel.tsx'
import { ArchitectureSelect } from './package-panel.tsx'
import { texts } from './texts.ts'

/** Sends the image of a version to a registry that the user names. */
export function PushPanel({ model }: { model: string }) {
  const [ref, setRef] = useState('')
  const [plainHttp, setPlainHttp] = useState(false)
  const [caFile, setCaFile] = useState('')
  const [architecture, setArchitecture] = useState<Architecture | null>(null)
  const { start, job, result, error, isRunning } = useJob<'push'>()
  return (
    <Panel title={texts.push}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          const ca = plainHttp ? '' : caFile.trim()
          const request = {
            ...{ model, ref: ref.trim(), plainHttp },
            ...{ caFile: ca || undefined, architecture: architecture ?? undefined },
          }
          void start(() => engine.deployments.push(request))
        }}
      >
        <TextInput
          size="xs"
          required
          className="long"
          label={texts.pushReference}
          placeholder={texts.pushExample}
          value={ref}
          onChange={event => setRef(event.currentTarget.value)}
        />
        <ArchitectureSelect value={architecture} onChange={setArchitecture} />
        <TextInput
          size="xs"
          className="long"
          label={texts.certificateAuthority}
          placeholder={texts.systemAuthorities}
          disabled={plainHttp}
          value={caFile}
          onChange={event => setCaFile(event.currentTarget.value)}
        />
        <Checkbox
          size="xs"
          label={texts.plainHttp}
          checked={plainHttp}
          onChange={event => setPlainHttp(event.currentTarget.checked)}
        />
        <Button size="xs" type="submit" disabled={!ref.trim()} loading={isRunning}>
          {texts.pushAction}
        </Button>
      </form>
      <JobLine job={job} />
      <div className="outcome" aria-live="polite">
        <ErrorNotice error={error} />
        {result && (
          <dl className="facts">
            <dt>{texts.reference}</dt>
            <dd>
              <code title={result.ref}>{result.ref}</code>
              <CopyButton value={result.ref} label={`${texts.copy}: ${texts.reference}`} />
            </dd>
            <dt>{texts.imageDigest}</dt>
            <dd>
              <code title={result.imageDigest}>{result.imageDigest}</code>
              <CopyButton value={result.imageDigest} label={`${texts.copy}: ${texts.imageDigest}`} />
            </dd>
            <dt>{texts.uploaded}</dt>
            <dd>
              {formatBytes(result.uploadedBytes)}, {formatSeconds(result.seconds)}
            </dd>
          </dl>
        )}
      </div>
    </Panel>
  )
}
