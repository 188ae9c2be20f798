import { addDeployFlags, type DeployFlags } from '../deploy-flags.ts'
import { planText } from '../plan-text.ts'
import { defineVerb } from '../verb.ts'

export const planVerb = defineVerb<DeployFlags>({
  name: 'plan',
  summary: 'show what deploy would change, without doing it',
  arguments: '<model>',
  configure: addDeployFlags,
  async run(context, [model], flags) {
    const plan = await (await context.client()).deployments.plan({ model: model!, ...flags })
    return { json: plan, text: planText(plan) }
  },
})
