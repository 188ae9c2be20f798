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
    const model = endpoint.model ? ` (${endpoint.model}${endpoint.version ? `:${endpoint.version}` : ''})` : ''
    return { json: endpoint, text: `Watching ${endpoint.endpoint}${model} at ${endpoint.url}: ${endpoint.status}` }
  },
})
