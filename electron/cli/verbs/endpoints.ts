import { textTable } from '../text-table.ts'
import { number, time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const endpointsVerb = defineVerb({
  name: 'endpoints',
  summary: 'list what is watched',
  async run(context) {
    const answer = await (await context.client()).monitoring.list()
    const text = textTable(
      answer.endpoints,
      [
        { title: 'endpoint', value: row => row.endpoint },
        { title: 'status', value: row => row.status },
        { title: 'model', value: row => (row.model ? `${row.model}:${row.version ?? '?'}` : null) },
        { title: 'rows', value: row => number(row.rows), right: true },
        { title: 'errors', value: row => number(row.errors), right: true },
        { title: 'p95 ms', value: row => number(row.latencyMs?.p95), right: true },
        { title: 'drifted', value: row => row.drifted?.join(', ') },
        { title: 'last seen', value: row => time(row.lastSeenAt) },
        { title: 'url', value: row => row.url },
      ],
      'Nothing is watched: lathe watch URL',
    )
    return { json: answer, text }
  },
})
