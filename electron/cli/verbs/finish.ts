import { defineVerb } from '../verb.ts'

export const finishVerb = defineVerb({
  name: 'finish',
  summary: 'stop a running training and keep what is best so far',
  arguments: '<job>',
  async run(context, [id]) {
    const job = await (await context.client()).jobs.finish({ job: id! })
    return { json: job, text: `${job.title}: stops at its next step` }
  },
})
