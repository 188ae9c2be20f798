import { oneLine } from '../text-table.ts'
import { time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const logVerb = defineVerb({
  name: 'log',
  summary: 'the log of a job',
  arguments: '<job>',
  async run(context, [job]) {
    const answer = await (await context.client()).jobs.log({ job: job! })
    const lines = answer.lines.map(({ at, level, message }) => `${time(at)} ${level.padEnd(5)} ${oneLine(message)}`)
    return { json: answer, text: lines.join('\n') }
  },
})
