import { wholeNumber } from '../options.ts'
import { textTable } from '../text-table.ts'
import { time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const jobsVerb = defineVerb<{ limit: number }>({
  name: 'jobs',
  summary: 'list the jobs, newest first',
  configure: command => {
    command.option('--limit <n>', 'at most so many', wholeNumber(1, 1000), 100)
  },
  async run(context, _args, { limit }) {
    const answer = await (await context.client()).jobs.list({ limit })
    const text = textTable(
      answer.jobs,
      [
        { title: 'job', value: job => job.job },
        { title: 'status', value: job => job.status },
        { title: '%', value: job => (job.fraction === null ? null : Math.floor(job.fraction * 100)), right: true },
        { title: 'title', value: job => job.title },
        { title: 'started', value: job => time(job.startedAt) },
        { title: 'error', value: job => (job.error ? `${job.error.code}: ${job.error.message}` : '') },
      ],
      'No jobs',
    )
    return { json: answer, text }
  },
})
