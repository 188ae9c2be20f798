import { defineVerb } from '../verb.ts'

export const undeployVerb = defineVerb({
  name: 'undeploy',
  summary: 'take a deployment away wholly',
  arguments: '<deployment>',
  async run(context, [deployment]) {
    const started = await (await context.client()).deployments.undeploy({ deployment: deployment! })
    const gone = await context.finish('undeploy', started)
    return { json: gone, text: `${gone.deployment} is gone from ${gone.target}` }
  },
})
