import { jobOf } from '../job-of.ts'
import { metrics } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const resumeVerb = defineVerb({
  name: 'resume',
  summary: 'go on with a paused or interrupted training (its run or its job), from its last checkpoint',
  arguments: '<run>',
  async run(context, [id]) {
    const client = await context.client()
    const job = await client.jobs.resume({ job: await jobOf(client, id!) })
    const run = await context.finish('train', { job })
    return { json: run, text: `${job.title}: done\nOn the test rows: ${metrics(run.metrics, run.intervals)}` }
  },
})
