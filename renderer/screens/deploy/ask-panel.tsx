import { Button } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import type { Deployment } from '../../../shared/model/deployment.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { go, pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

/** The first row that the model learned from, without its target; null for a model that no run here made. */
async function exampleRow(model: string): Promise<Record<string, unknown> | null> {
  const { run: id } = await engine.models.get({ model })
  if (id === null) return null
  const run = await engine.runs.get({ run: id })
  const dataset = `${run.dataset}:${run.datasetVersion}`
  const [{ columns: profiles }, { columns, rows }] = await Promise.all([
    engine.datasets.get({ dataset }),
    engine.datasets.rows({ dataset, limit: 1 }),
  ])
  const types = new Map(profiles.map(({ name, type }) => [name, type]))
  // Whole numbers cross as text.
  const value = (name: string, cell: unknown) =>
    types.get(name) === 'integer' && typeof cell === 'string' ? Number(cell) : cell
  return Object.fromEntries(
    columns.flatMap((name, i) => (name === run.target ? [] : [[name, value(name, rows[0]?.[i] ?? null)]])),
  )
}

/** A request to copy into a terminal, and the way to have it watched. */
export function AskPanel({ deployment, url }: { deployment: Deployment; url: string }) {
  const [failure, setFailure] = useState<AppError | null>(null)
  const model = `${deployment.model}:${deployment.version}`
  const { value: row, isLoading, error } = useAsked(model, () => exampleRow(model))
  const body = JSON.stringify({ inputs: [row] }).replaceAll("'", "'\\''")
  const curl = `curl -s ${url}/predict -H 'content-type: application/json' -d '${body}'`
  const watch = () => {
    engine.monitoring.watch({ url: deployment.deployment }).then(
      ({ endpoint }) => go(pathTo('monitor', endpoint)),
      thrown => setFailure(toAppError(thrown)),
    )
  }
  return (
    <Panel title={texts.ask} aside={row ? <CopyButton value={curl} label={`${texts.copy}: curl`} /> : undefined}>
      <div className="body">
        {row && (
          <>
            <p>
              <code className="request">{curl}</code>
            </p>
            <p className="soft">{texts.askHint}</p>
          </>
        )}
        {!row && !isLoading && !error && (
          <p className="soft">
            {texts.noExample} <code>{url}/openapi.json</code>
          </p>
        )}
        <Button size="xs" variant="default" onClick={watch}>
          {texts.watch}
        </Button>
        <ErrorNotice error={failure ?? error} />
      </div>
    </Panel>
  )
}
