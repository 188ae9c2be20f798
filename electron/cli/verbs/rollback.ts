import { deploymentText } from '../deployment-text.ts'
import { wholeNumber } from '../options.ts'
import { planText } from '../plan-text.ts'
import { defineVerb } from '../verb.ts'

export const rollbackVerb = defineVerb<{ to?: number; plan?: boolean }>({
  name: 'rollback',
  summary: 'go back to an earlier version of a deployment, in place',
  arguments: '<deployment>',
  configure(command) {
    command
      .option('--to <number>', 'of the version; the one that was live before when left out', wholeNumber(1, 1e9))
      .option('--plan', 'show what it would change, without doing it')
  },
  examples: ['lathe rollback churn-service', 'lathe rollback churn-service --to 3 --plan'],
  async run(context, [deployment], { to, plan }) {
    const client = await context.client()
    const request = { deployment: deployment!, to }
    if (plan) {
      const shown = await client.deployments.planRollback(request)
      return { json: shown, text: planText(shown) }
    }
    const now = await context.finish('deploy', await client.deployments.rollback(request))
    return { json: now, text: deploymentText(now) }
  },
})
