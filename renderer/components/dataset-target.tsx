import { Select } from '@mantine/core'
import { useState } from 'react'
import { engine } from '../client/engine.ts'
import { useEngine } from '../client/store.ts'
import { useAsked } from '../client/use-asked.ts'

/** A dataset and a column of it that a form may name. */
export function useDatasetTarget() {
  const [dataset, setDataset] = useState<string | null>(null)
  const [target, setTarget] = useState<string | null>(null)
  const about = dataset ?? ''
  const known = useAsked(about, async () => (dataset === null ? null : await engine.datasets.get({ dataset })), about)
  return {
    ...{ dataset, target, setTarget, known: known.value, error: known.error },
    setDataset(chosen: string | null) {
      setDataset(chosen)
      setTarget(null)
    },
    /** As a request says it: without what was not chosen. */
    asked: dataset === null ? {} : { dataset, ...(target === null ? {} : { target }) },
  }
}

interface Words {
  label: string
  help: string
}

/** The two fields; the target is asked for when a dataset is chosen, and is the dataset's own where none is. */
export function DatasetTarget({
  chosen,
  dataset,
  target,
}: {
  chosen: ReturnType<typeof useDatasetTarget>
  dataset: Words
  target: Words
}) {
  const datasets = useEngine(state => state.datasets) ?? []
  const usual = { size: 'xs', clearable: true, searchable: true } as const
  return (
    <>
      <Select
        {...usual}
        label={dataset.label}
        description={dataset.help}
        data={datasets.map(each => each.dataset)}
        value={chosen.dataset}
        onChange={chosen.setDataset}
      />
      {chosen.dataset !== null && (
        <Select
          {...usual}
          label={target.label}
          description={target.help}
          placeholder={chosen.known?.target ?? undefined}
          data={chosen.known?.columns.map(each => each.name) ?? []}
          value={chosen.target}
          onChange={chosen.setTarget}
        />
      )}
    </>
  )
}
