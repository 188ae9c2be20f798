import { Select } from '@mantine/core'
import { useEngine } from '../../client/store.ts'
import { Link } from '../../components/link.tsx'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

/** Older versions of a dataset that can be chosen. */
const olderVersions = 9

/** A version of a dataset as `name:3`; the newest of each first. */
export function DatasetSelect({ value, onChange }: { value: string | null; onChange(dataset: string | null): void }) {
  const datasets = useEngine(state => state.datasets)
  if (datasets?.length === 0) {
    return (
      <p className="soft">
        {texts.noDatasets} <Link to={pathTo('data')}>{texts.toData}</Link>
      </p>
    )
  }
  const choices = (datasets ?? []).flatMap(({ dataset, latest }) => {
    const count = Math.min(latest.version, olderVersions + 1)
    return Array.from({ length: count }, (_, back) => `${dataset}:${latest.version - back}`)
  })
  return (
    <Select
      size="xs"
      className="long"
      required
      searchable
      label={texts.chooseDataset}
      data={choices}
      value={value}
      onChange={onChange}
    />
  )
}
