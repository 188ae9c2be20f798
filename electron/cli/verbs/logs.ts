import { setTimeout as pause } from 'node:timers/promises'
import { leftOutLine } from '../../../shared/lib/left-out.ts'
import { mostLogLines, type ServiceLog } from '../../../shared/model/service-log.ts'
import { wholeNumber } from '../options.ts'
import { oneLine } from '../text-table.ts'
import { defineVerb } from '../verb.ts'

const followEveryMs = 1000

export const logsVerb = defineVerb<{ replica?: string; follow?: true; lines: number }>({
  name: 'logs',
  summary: 'what a deployed service wrote',
  arguments: '<deployment>',
  configure: command => {
    command.option('--replica <name>', 'one of its processes, containers or pods; the first when left out')
    command.option('--follow', 'go on until it ends, or Ctrl-C')
    command.option('--lines <n>', 'the newest so many', wholeNumber(1, 2000), 200)
  },
  async run(context, [deployment], { replica, follow, lines: limit }) {
    const client = await context.client()
    const ask = (more: { replica?: string; cursor?: string; limit: number }) =>
      client.deployments.logs({ deployment: deployment!, ...more })
    const textOf = ({ lines, leftOut }: ServiceLog) =>
      [...(leftOut ? [leftOutLine(leftOut)] : []), ...lines.map(oneLine)].join('\n')
    let page = await ask({ replica, limit })
    // One JSON document cannot go on.
    if (!follow || context.isJson) return { json: page, text: textOf(page) }
    while (!context.signal.aborted) {
      if (page.lines.length > 0) context.print({ json: page, text: textOf(page) })
      if (!page.isRunning && page.lines.length === 0) break
      // A full page has another behind it.
      const waitMs = page.lines.length < mostLogLines ? followEveryMs : 0
      await pause(waitMs, undefined, { signal: context.signal }).catch(() => {})
      if (context.signal.aborted) break
      page = await ask({ replica: page.replica, cursor: page.cursor, limit: mostLogLines })
    }
    return null
  },
})
