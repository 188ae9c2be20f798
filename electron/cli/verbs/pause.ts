import { jobOf } from '../job-of.ts'
import { defineVerb } from '../verb.ts'

export const pauseVerb = defineVerb({
  name: 'pause',
  summary: 'stop a training (its run or its job) or a search so that it can go on later, and free what it takes',
  arguments: '<run-or-search>',
  async run(context, [id]) {
    const client = await context.client()
    const job = await client.jobs.pause({ job: await jobOf(client, id!) })
    const how = job.status === 'paused' ? '; `lathe resume` goes on with it' : ''
    return { json: job, text: `${job.title}: ${job.status}${how}` }
  },
})
