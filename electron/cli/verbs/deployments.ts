import { readyReplicas } from '../../../shared/lib/ready-replicas.ts'
import { textTable } from '../text-table.ts'
import { shortDigest, time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const deploymentsVerb = defineVerb({
  name: 'deployments',
  summary: 'list the deployments with their state, looked at now',
  async run(context) {
    const answer = await (await context.client()).deployments.list()
    const text = textTable(
      answer.deployments,
      [
        { title: 'deployment', value: row => row.deployment },
        { title: 'model', value: row => `${row.model}:${row.version}` },
        { title: 'target', value: row => row.target },
        { title: 'status', value: row => row.status },
        { title: 'ready', value: row => readyReplicas(row), right: true },
        { title: 'url', value: row => row.url },
        { title: 'since', value: row => time(row.createdAt) },
      ],
      'Nothing is deployed: lathe deploy MODEL --target local',
    )
    const replicas = answer.deployments.flatMap(({ deployment, replicas }) =>
      (replicas.each ?? []).map(replica => ({ deployment, ...replica })),
    )
    if (replicas.length === 0) return { json: answer, text }
    const each = textTable(
      replicas,
      [
        { title: 'deployment', value: row => row.deployment },
        { title: 'replica', value: row => row.name },
        { title: 'state', value: row => row.state },
        { title: 'restarts', value: row => row.restarts, right: true },
        { title: 'image', value: row => shortDigest(row.imageDigest) },
        { title: 'why', value: row => row.reason ?? '', isWhole: true },
      ],
      '',
    )
    return { json: answer, text: `${text}\n\n${each}` }
  },
})
