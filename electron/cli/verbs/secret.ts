import { Argument } from 'commander'
import { AppError } from '../../../shared/errors.ts'
import { readSecret } from '../read-secret.ts'
import { defineVerb } from '../verb.ts'

export const secretVerb = defineVerb({
  name: 'secret',
  summary: 'keep, list or forget secrets: set NAME (value from stdin or a prompt), list, remove NAME',
  configure: command => {
    command.addArgument(new Argument('<action>', 'what to do').choices(['set', 'list', 'remove'])).argument('[name]')
  },
  examples: ['lathe secret set registry.example.com < password.txt', 'lathe secret list'],
  async run(context, [action, name]) {
    if (action === 'list') {
      const status = await (await context.client()).secrets.status()
      const text = status.unlocked ? status.names.join('\n') || 'No secrets' : status.reason
      return { json: status, text }
    }
    if (!name) throw new AppError('bad-input', `\`lathe secret ${action}\` needs the name of the secret`)
    const client = await context.client()
    if (action === 'remove') {
      return { json: await client.secrets.remove({ name }), text: `${name} is forgotten` }
    }
    const value = await readSecret(`Value of ${name}`)
    if (value === '') throw new AppError('bad-input', `No value was given for ${name}`)
    return { json: await client.secrets.set({ name, value }), text: `${name} is kept` }
  },
})
