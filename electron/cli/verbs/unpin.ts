import { filterWords } from '../../../shared/lib/filter-words.ts'
import { defineVerb } from '../verb.ts'

export const unpinVerb = defineVerb({
  name: 'unpin',
  summary: 'hold no run to a slice any more',
  arguments: '<check>',
  configure() {},
  async run(context, [check]) {
    const gone = await (await context.client()).checks.unpin({ check: check! })
    return { json: gone, text: `${filterWords(gone.where)} is no check any more` }
  },
})
