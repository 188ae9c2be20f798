import { Button, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatBytes, formatSeconds } from '../../../shared/lib/format.ts'
import { type Architecture, architectures, type Image } from '../../../shared/model/deployment.ts'
import { engine } from '../../client/engine.ts'
import { useJob } from '../../client/use-job.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Panel } from '../../components/panel.tsx'
import { texts } from './texts.ts'

export function ArchitectureSelect(props: { value: Architecture | null; onChange(value: Architecture | null): void }) {
  return (
    <Select
      size="xs"
      clearable
      label={texts.architecture}
      placeholder={texts.thisMachine}
      data={[...architectures]}
      value={props.value}
      onChange={value => props.onChange(architectures.find(each => each === value) ?? null)}
    />
  )
}

/** The image of a version: written as a tar without Docker, or put into the Docker engine. */
export function PackagePanel({ model }: { model: string }) {
  const [kind, setKind] = useState<'oci' | 'docker'>('oci')
  const [out, setOut] = useState('')
  const [tag, setTag] = useState('')
  const [architecture, setArchitecture] = useState<Architecture | null>(null)
  const { start, reset, job, result, error, isRunning } = useJob<'package'>()
  const write = (replace: boolean) =>
    void start(() =>
      engine.deployments.package({
        ...{ model, engine: kind, replace },
        out: kind === 'oci' ? out.trim() || undefined : undefined,
        tag: tag.trim() || undefined,
        architecture: architecture ?? undefined,
      }),
    )
  return (
    <Panel title={texts.package}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          write(false)
        }}
      >
        <Select
          size="xs"
          allowDeselect={false}
          label={texts.packageEngine}
          data={[
            { value: 'oci', label: texts.oci },
            { value: 'docker', label: texts.docker },
          ]}
          value={kind}
          onChange={value => setKind(value === 'docker' ? 'docker' : 'oci')}
        />
        {kind === 'oci' && (
          <TextInput
            size="xs"
            className="long"
            label={texts.out}
            placeholder={texts.outExample}
            value={out}
            onChange={event => {
              setOut(event.currentTarget.value)
              // It was said of another path.
              if (error) reset()
            }}
          />
        )}
        <TextInput size="xs" label={texts.tag} value={tag} onChange={event => setTag(event.currentTarget.value)} />
        <ArchitectureSelect value={architecture} onChange={setArchitecture} />
        <Button size="xs" type="submit" loading={isRunning}>
          {texts.packageAction}
        </Button>
      </form>
      <JobLine job={job} />
      <div className="outcome" aria-live="polite">
        <ErrorNotice error={error} />
        {error?.code === 'already-exists' && (
          <p>
            <Button size="xs" variant="default" onClick={() => write(true)}>
              {texts.replaceFile}
            </Button>
          </p>
        )}
        {result && <ImageFacts image={result} />}
      </div>
    </Panel>
  )
}

function ImageFacts({ image }: { image: Image }) {
  const place = image.out ?? image.tag
  return (
    <dl className="facts">
      <dt>{texts.imageDigest}</dt>
      <dd>
        <code title={image.imageDigest}>{image.imageDigest}</code>
        <CopyButton value={image.imageDigest} label={`${texts.copy}: ${texts.imageDigest}`} />
      </dd>
      <dt>{texts.imageId}</dt>
      <dd>
        <code title={image.imageId}>{image.imageId}</code>
        <CopyButton value={image.imageId} label={`${texts.copy}: ${texts.imageId}`} />
      </dd>
      <dt>{texts.size}</dt>
      <dd>
        {formatBytes(image.sizeBytes)}, {image.architecture}, {formatSeconds(image.seconds)}
      </dd>
      {place !== null && (
        <>
          <dt>{image.out === null ? texts.tag : texts.file}</dt>
          <dd>
            <code title={place}>{place}</code>
            <CopyButton value={place} label={`${texts.copy}: ${texts.file}`} />
          </dd>
        </>
      )}
    </dl>
  )
}
