import { addDeployFlags, type DeployFlags } from '../deploy-flags.ts'
import { deploymentText } from '../deployment-text.ts'
import { planText } from '../plan-text.ts'
import { defineVerb } from '../verb.ts'

export const deployVerb = defineVerb<DeployFlags>({
  name: 'deploy',
  summary: 'run a model version as a process, in Docker or on Kubernetes',
  arguments: '<model>',
  configure: addDeployFlags,
  examples: ['lathe deploy churn@champion --target local --port 8080'],
  async run(context, [model], flags) {
    const client = await context.client()
    const request = { model: model!, ...flags }
    if (flags.target === 'kubernetes') {
      const plan = await client.deployments.plan(request)
      for (const line of planText(plan).split('\n')) context.say(`plan: ${line}`)
    }
    const deployment = await context.finish('deploy', await client.deployments.deploy(request))
    return { json: deployment, text: deploymentText(deployment) }
  },
})
