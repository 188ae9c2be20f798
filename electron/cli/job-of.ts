import type { LatheClient } from '../../shared/contract/client.ts'
import { AppError } from '../../shared/errors.ts'

/** The job that a person means by its id, its run's or its search's. Throws `not-found` for a run that no job made. */
export async function jobOf(client: LatheClient, id: string): Promise<string> {
  if (id.startsWith('job-')) return id
  if (id.startsWith('search-')) return (await client.searches.get({ search: id })).job
  const { job, name } = await client.runs.get({ run: id })
  if (job === null) throw new AppError('not-found', `The run ${name} was made by no job`)
  return job
}
