import { textTable } from '../text-table.ts'
import { time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const versionsVerb = defineVerb({
  name: 'versions',
  summary: 'list what was applied as a deployment, and what it can go back to',
  arguments: '<deployment>',
  async run(context, [deployment]) {
    const answer = await (await context.client()).deployments.versions({ deployment: deployment! })
    const text = textTable(
      answer.versions,
      [
        { title: 'number', value: row => String(row.number), right: true },
        { title: 'model', value: row => `${row.model}:${row.version}` },
        { title: 'status', value: row => (row.status === 'applied' ? 'live' : row.status) },
        { title: 'by', value: row => (row.restores === null ? row.by : `rollback to ${row.restores}`) },
        { title: 'bundle', value: row => row.bundleDigest.slice(0, 19) },
        { title: 'when', value: row => time(row.appliedAt) },
        { title: 'error', value: row => row.error?.message ?? '' },
      ],
      'Nothing was applied yet.',
    )
    return { json: answer, text }
  },
})
