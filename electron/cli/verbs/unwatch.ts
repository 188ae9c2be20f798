import { defineVerb } from '../verb.ts'

export const unwatchVerb = defineVerb({
  name: 'unwatch',
  summary: 'stop watching; what was counted goes with it',
  arguments: '<endpoint>',
  async run(context, [endpoint]) {
    const gone = await (await context.client()).monitoring.unwatch({ endpoint: endpoint! })
    return { json: gone, text: `${gone.endpoint} is watched no longer` }
  },
})
