import { jobOf } from '../job-of.ts'
import { metrics } from '../values.ts'
import { defineVerb } from '../verb.ts'
import { foundBy } from './search.ts'

export const resumeVerb = defineVerb({
  name: 'resume',
  summary: 'go on with a paused or interrupted training (its run or its job) or search, from its last checkpoint',
  arguments: '<run-or-search>',
  async run(context, [id]) {
    const client = await context.client()
    const job = await client.jobs.resume({ job: await jobOf(client, id!) })
    if (job.kind === 'search') return foundBy(client, await context.finish('search', { job }))
    const run = await context.finish('train', { job })
    return { json: run, text: `${job.title}: done\nOn the test rows: ${metrics(run.metrics, run.intervals)}` }
  },
})
