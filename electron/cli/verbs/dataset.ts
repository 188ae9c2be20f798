import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import { oneLine, textFields, textTable } from '../text-table.ts'
import { columnValue, number, time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const datasetVerb = defineVerb({
  name: 'dataset',
  summary: 'show the profile and the warnings of a dataset version',
  arguments: '<dataset>',
  examples: ['lathe dataset sales', 'lathe dataset sales:2 --json'],
  async run(context, [dataset]) {
    const version = await (await context.client()).datasets.get({ dataset: dataset! })
    return { json: version, text: describeDataset(version) }
  },
})

export function describeDataset(version: DatasetVersion): string {
  const fields = textFields({
    dataset: `${version.dataset}:${version.version}`,
    rows: number(version.rows),
    target: version.target,
    source: version.source.fileName,
    imported: time(version.createdAt),
    sha256: version.sha256,
  })
  const columns = textTable(
    version.columns,
    [
      { title: 'column', value: column => column.name },
      { title: 'type', value: column => column.type },
      { title: 'missing', value: column => number(column.missing), right: true },
      { title: 'distinct', value: column => number(column.distinct), right: true },
      { title: 'min', value: column => columnValue(column.type, column.min), right: true },
      { title: 'mean', value: column => columnValue(column.type, column.mean), right: true },
      { title: 'max', value: column => columnValue(column.type, column.max), right: true },
      { title: 'most frequent', value: column => column.top[0]?.value },
    ],
    'No columns',
  )
  const warnings = version.warnings.map(warning => `warning (${warning.kind}): ${oneLine(warning.message)}`)
  return [fields, columns, ...(warnings.length ? [warnings.join('\n')] : [])].join('\n\n')
}
