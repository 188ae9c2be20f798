import { formatSeconds } from '../../../shared/lib/format.ts'
import { absolute, addRowsReadFlags, positiveNumber, type RowsReadFlags, rowsReadOptions } from '../options.ts'
import { oneLine } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const replayVerb = defineVerb<RowsReadFlags & { to: string; rate?: number }>({
  name: 'replay',
  summary: "send a file's rows to a model server as traffic",
  arguments: '<file>',
  configure: command => {
    command
      .requiredOption('--to <url>', 'the model server, or the name of a deployment or endpoint')
      .option('--rate <rows>', 'rows a second; as fast as it goes when left out', positiveNumber)
    addRowsReadFlags(command)
  },
  async run(context, [file], flags) {
    const client = await context.client()
    const asked = { file: absolute(file!), url: flags.to, rate: flags.rate, options: rowsReadOptions(flags) }
    const started = await client.monitoring.replay(asked)
    const replay = await context.finish('replay', started)
    const done = `${number(replay.sent)} rows sent to ${replay.url} in ${formatSeconds(replay.seconds)}, ${number(replay.errors)} errors`
    return { json: replay, text: [done, ...replay.messages.map(oneLine)].join('\n') }
  },
})
