import { formatBytes } from '../../../shared/lib/format.ts'
import { wholeNumber } from '../options.ts'
import { textTable } from '../text-table.ts'
import { number, time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const connectionsVerb = defineVerb<{ limit: number; local: boolean }>({
  name: 'connections',
  summary: 'every connection that was made: where to, why, and how many bytes went each way',
  configure: command => {
    command
      .option('--limit <n>', 'how many lines, newest first', wholeNumber(1, 10_000), 200)
      .option('--no-local', 'without those to this machine')
  },
  async run(context, _args, { limit, local }) {
    const ledger = await (await context.client()).workspace.connections({ limit })
    const shown = ledger.connections.filter(({ isLocal }) => local || !isLocal)
    const table = textTable(
      shown,
      [
        { title: 'last', value: line => time(line.lastAt) },
        { title: 'where to', value: line => (line.port ? `${line.host}:${line.port}` : line.host) },
        { title: '', value: line => (line.isLocal ? 'this machine' : 'elsewhere') },
        { title: 'why', value: line => line.why },
        { title: 'made', value: line => number(line.made), right: true },
        { title: 'failed', value: line => (line.failed ? number(line.failed) : ''), right: true },
        { title: 'refused', value: line => (line.refused ? number(line.refused) : ''), right: true },
        { title: 'sent', value: line => formatBytes(line.sentBytes), right: true },
        { title: 'received', value: line => formatBytes(line.receivedBytes), right: true },
      ],
      'Nothing was connected to yet',
    )
    return { json: { ...ledger, connections: shown }, text: table }
  },
})
