import { z } from 'zod'
import { Id } from '../model/ids.ts'
import { Job } from '../model/job.ts'
import { Search, SearchRequest, Trial } from '../model/search.ts'
import { procedure } from './base.ts'

export const searches = {
  start: procedure
    .route({
      method: 'POST',
      path: '/searches',
      summary: 'Search algorithms and their settings for the best model within a budget: one job, and runs at its end',
    })
    .input(SearchRequest)
    .output(z.object({ search: Search, job: Job })),
  list: procedure
    .route({ method: 'GET', path: '/searches', summary: 'Searches, newest first' })
    .input(z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) }))
    .output(z.object({ searches: z.array(Search) })),
  get: procedure
    .route({
      method: 'GET',
      path: '/searches/{search}',
      summary: 'One search with its trials, in the order of their starts',
    })
    .input(z.object({ search: Id }))
    .output(Search.extend({ trials: z.array(Trial) })),
}
