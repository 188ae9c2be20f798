import { defineVerb } from '../verb.ts'

export const aliasVerb = defineVerb<{ reason?: string; force?: boolean }>({
  name: 'alias',
  summary: 'point an alias at a model version',
  arguments: '<model> <alias>',
  configure: command => {
    command.option('--reason <text>', 'kept in the history of the alias')
    command.option('--force', 'make it champion although its run breaks a pinned check')
  },
  examples: ['lathe alias churn:3 champion --reason "approved by review"'],
  async run(context, [model, alias], { reason, force }) {
    const version = await (await context.client()).models.setAlias({ model: model!, alias: alias!, reason, force })
    return { json: version, text: `${version.model}@${alias} is now version ${version.version}` }
  },
})
