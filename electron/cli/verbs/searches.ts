import { textTable } from '../text-table.ts'
import { time } from '../values.ts'
import { defineVerb } from '../verb.ts'
import { oneSearch, searchText } from './search.ts'

export const searchesVerb = defineVerb({
  name: 'searches',
  summary: 'searches, newest first; or one of them with its best trials and what it found',
  arguments: '[search]',
  async run(context, [beginning]) {
    const client = await context.client()
    const { searches } = await client.searches.list({ limit: 1000 })
    if (beginning !== undefined) {
      const found = await client.searches.get({ search: oneSearch(searches, beginning).search })
      const state = found.error ? `${found.status}: ${found.error.message}` : found.status
      return { json: found, text: `${found.search} (${state})\n\n${searchText(found, found.trials)}` }
    }
    return {
      json: { searches },
      text: textTable(
        searches,
        [
          { title: 'search', value: each => each.search },
          { title: 'dataset', value: each => `${each.dataset}:${each.datasetVersion}` },
          { title: 'target', value: each => each.request.target },
          { title: 'status', value: each => each.status },
          { title: 'best run', value: each => each.runs[1] ?? each.runs[0] ?? null },
          { title: 'begun', value: each => time(each.createdAt) },
        ],
        'No searches yet: lathe search DATASET --target COLUMN',
      ),
    }
  },
})
