import { Option } from 'commander'
import { type JobKindId, jobKinds } from '../../../shared/contract/jobs.ts'
import { type JobStatus, jobStatuses } from '../../../shared/model/job.ts'
import { wholeNumber } from '../options.ts'
import { textTable } from '../text-table.ts'
import { time } from '../values.ts'
import { defineVerb } from '../verb.ts'

interface JobsFlags {
  kind?: JobKindId
  state?: JobStatus
  subject?: string
  limit: number
  cursor?: string
}

export const jobsVerb = defineVerb<JobsFlags>({
  name: 'jobs',
  summary: 'list the jobs, newest first, or those of a kind, state or subject',
  configure: command => {
    command
      .addOption(new Option('--kind <kind>', 'only these').choices(jobKinds))
      .addOption(new Option('--state <state>', 'only these').choices(jobStatuses))
      .option('--subject <kind:id>', 'only those about it, such as dataset:cells')
      .option('--limit <n>', 'at most so many', wholeNumber(1, 1000), 100)
      .option('--cursor <cursor>', 'go on where the page before ended')
  },
  examples: ['lathe jobs --kind train --state failed', 'lathe jobs --subject dataset:cells'],
  async run(context, _args, flags) {
    const answer = await (await context.client()).jobs.list(flags)
    const table = textTable(
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
    const more = `${answer.total.toLocaleString('en-US')} in all; the next page: --cursor ${answer.next}`
    return { json: answer, text: answer.next === null ? table : `${table}\n\n${more}` }
  },
})
