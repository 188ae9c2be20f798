import { oneLine } from '../text-table.ts'
import { defineVerb } from '../verb.ts'

export const watchVerb = defineVerb<{ name?: string }>({
  name: 'watch',
  summary: 'watch a model server for drift, latency and errors',
  arguments: '<url>',
  configure: command => {
    command.option('--name <endpoint>', 'what to call it')
  },
  async run(context, [url], { name }) {
    const endpoint = await (await context.client()).monitoring.watch({ url: url!, name })
    const model = endpoint.model
      ? ` (${oneLine(endpoint.model).slice(0, 128)}${endpoint.version ? `:${endpoint.version}` : ''})`
      : ''
    return { json: endpoint, text: `Watching ${endpoint.endpoint}${model} at ${endpoint.url}: ${endpoint.status}` }
  },
})
