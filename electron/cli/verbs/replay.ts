import { formatSeconds } from '../../../shared/lib/format.ts'
import { absolute, positiveNumber } from '../options.ts'
import { oneLine } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const replayVerb = defineVerb<{ to: string; rate?: number }>({
  name: 'replay',
  summary: "send a file's rows to a model server as traffic",
  arguments: '<file>',
  configure: command => {
    command
      .requiredOption('--to <url>', 'the model server, or the name of a deployment or endpoint')
      .option('--rate <rows>', 'rows a second; as fast as it goes when left out', positiveNumber)
  },
  async run(context, [file], { to, rate }) {
    const started = await (await context.client()).monitoring.replay({ file: absolute(file!), url: to, rate })
    const replay = await context.finish('replay', started)
    const done = `${number(replay.sent)} rows sent to ${replay.url} in ${formatSeconds(replay.seconds)}, ${number(replay.errors)} errors`
    return { json: replay, text: [done, ...replay.messages.map(oneLine)].join('\n') }
  },
})
