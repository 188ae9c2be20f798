import { textTable } from '../text-table.ts'
import { defineVerb } from '../verb.ts'

export const tensorsVerb = defineVerb({
  name: 'tensors',
  summary: 'the tensors of a model up to which it can be frozen, for `lathe train --from`',
  arguments: '<model>',
  configure() {},
  examples: [
    'lathe tensors their-network',
    'lathe train cells --target diagnosis --from their-network --freeze-at relu',
  ],
  async run(context, [model]) {
    const client = await context.client()
    const told = await context.finish('tensors', await client.models.tensors({ model: model! }))
    const table = textTable(
      told.tensors,
      [
        { title: 'tensor', value: ({ name }) => name },
        { title: 'made by', value: ({ operator }) => operator },
        { title: 'numbers a row', value: ({ shape }) => shape.join(' × '), right: true },
        { title: '', value: ({ isLast }) => (isLast ? 'the last layer takes it' : '') },
      ],
      'It has none that a head could be put on',
    )
    return { json: told, text: table }
  },
})
