import { defineVerb } from '../verb.ts'

export const cancelVerb = defineVerb({
  name: 'cancel',
  summary: 'cancel a queued or running job',
  arguments: '<job>',
  async run(context, [id]) {
    const job = await (await context.client()).jobs.cancel({ job: id! })
    return { json: job, text: `${job.title}: ${job.status}` }
  },
})
