import { filterWords } from '../../../shared/lib/filter-words.ts'
import { textTable } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const checksVerb = defineVerb({
  name: 'checks',
  summary: 'slices that runs are held to',
  arguments: '[dataset]',
  configure() {},
  async run(context, [dataset]) {
    const client = await context.client()
    const { checks } = await client.checks.list({ dataset })
    const table = textTable(
      checks,
      [
        { title: 'check', value: ({ check }) => check },
        { title: 'dataset', value: each => each.dataset },
        { title: 'target', value: ({ target }) => target },
        { title: 'slice', value: ({ where }) => filterWords(where) },
        { title: 'at most', value: ({ loss, most }) => `${loss} ${number(most)}` },
        { title: 'pinned on', value: ({ run }) => run },
      ],
      'No slice is pinned: see lathe examine and lathe pin.',
    )
    return { json: { checks }, text: table }
  },
})
