import { defineVerb } from '../verb.ts'

export const aliasVerb = defineVerb<{ reason?: string }>({
  name: 'alias',
  summary: 'point an alias at a model version',
  arguments: '<model> <alias>',
  configure: command => {
    command.option('--reason <text>', 'kept in the history of the alias')
  },
  examples: ['lathe alias churn:3 champion --reason "approved by review"'],
  async run(context, [model, alias], { reason }) {
    const version = await (await context.client()).models.setAlias({ model: model!, alias: alias!, reason })
    return { json: version, text: `${version.model}@${alias} is now version ${version.version}` }
  },
})
