import { formatBytes } from '../../../shared/lib/format.ts'
import { textTable } from '../text-table.ts'
import { number, time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const datasetsVerb = defineVerb({
  name: 'datasets',
  summary: 'list the datasets',
  async run(context) {
    const answer = await (await context.client()).datasets.list()
    const text = textTable(
      answer.datasets,
      [
        { title: 'dataset', value: row => row.dataset },
        { title: 'version', value: row => row.latest.version, right: true },
        { title: 'rows', value: row => number(row.latest.rows), right: true },
        { title: 'columns', value: row => row.latest.columns, right: true },
        { title: 'size', value: row => formatBytes(row.latest.sizeBytes), right: true },
        { title: 'target', value: row => row.latest.target },
        { title: 'warnings', value: row => row.latest.warnings, right: true },
        { title: 'imported', value: row => time(row.latest.createdAt) },
      ],
      'No datasets yet: lathe import FILE --name NAME',
    )
    return { json: answer, text }
  },
})
