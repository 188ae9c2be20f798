import { Button } from '@mantine/core'
import { useState } from 'react'
import { sampleNames } from '../../shared/sample/sample-project.ts'
import { useSample } from '../client/sample-project.ts'
import { useEngine } from '../client/store.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { Link } from '../components/link.tsx'
import { pathTo } from '../components/router.ts'
import { texts } from './texts.ts'

const storageKey = 'lathe.sample-notes-closed'

/** Rooms whose note was closed, kept in this browser. */
function readClosed(): string[] {
  try {
    return (localStorage.getItem(storageKey) ?? '').split(' ')
  } catch {
    return []
  }
}

/** What of the sample project is to be seen in a room, until it is closed there; nothing without a sample. */
export function SampleNote({ room }: { room: string }) {
  const isThere = useEngine(({ datasets }) => datasets?.some(({ dataset }) => dataset === sampleNames.dataset) ?? false)
  const run = useEngine(({ models }) => models?.find(({ model }) => model === sampleNames.model)?.run ?? null)
  const isWhole = useEngine(
    ({ deployments, endpoints }) =>
      (deployments === null || deployments.some(({ deployment }) => deployment === sampleNames.service)) &&
      (endpoints === null || endpoints.some(({ endpoint }) => endpoint === sampleNames.endpoint)),
  )
  const { status, error, make, remove } = useSample()
  const [closed, setClosed] = useState(readClosed)
  const note = texts.sample.notes[room]
  if (!isThere || !note || status === 'making') return null
  if (closed.includes(room)) return <ErrorNotice error={error} />
  const close = () => {
    const now = [...closed, room]
    setClosed(now)
    try {
      localStorage.setItem(storageKey, now.join(' '))
    } catch {
      // A browser that keeps nothing shows the note again.
    }
  }
  const links: Record<string, string> = {
    data: pathTo('data', sampleNames.dataset),
    ...(run === null ? {} : { train: pathTo('train', run) }),
    models: pathTo('models', sampleNames.model, 1),
    deploy: pathTo('deploy', sampleNames.service),
    monitor: pathTo('monitor', sampleNames.endpoint),
  }
  const link = links[room]
  return (
    <aside className="sample-note" aria-label={texts.sample.label}>
      <p>
        <strong>{texts.sample.label}.</strong> {note}
      </p>
      <span className="actions">
        {link && <Link to={link}>{texts.sample.see}</Link>}
        {room === 'overview' && !isWhole && status === 'idle' && (
          <Button size="compact-sm" title={texts.sample.againHint} onClick={() => void make()}>
            {texts.sample.again}
          </Button>
        )}
        {room === 'overview' && (
          <Button
            size="compact-sm"
            variant="default"
            loading={status === 'removing'}
            title={texts.sample.removeHint}
            onClick={() => void remove()}
          >
            {texts.sample.remove}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" onClick={close}>
          {texts.sample.close}
        </Button>
      </span>
      <ErrorNotice error={error} />
    </aside>
  )
}
