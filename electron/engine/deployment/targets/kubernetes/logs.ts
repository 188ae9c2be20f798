import { AppError } from '../../../../../shared/errors.ts'
import type { ServiceLog } from '../../../../../shared/model/service-log.ts'
import type { Cluster } from '../../../clients/index.ts'
import { afterCursor, chooseReplica, type LogRequest, secondOf } from '../logs.ts'
import { type Names, paths } from './objects.ts'
import { listPods } from './rollout.ts'

/** More than a node keeps of a container's log in one file: a follower must get past the second that it is at. */
const mostBytes = 16_000_000

/** The cursor is the time of the last line. */
export async function podLog(
  cluster: Cluster,
  names: Names,
  request: LogRequest & { deployment: string },
  signal?: AbortSignal,
): Promise<ServiceLog> {
  const replicas = (await listPods(cluster, names, signal)).map(({ metadata }) => metadata.name)
  const replica = chooseReplica(replicas, request, request.deployment)
  const second = secondOf(request.cursor)
  const query = {
    timestamps: 'true',
    limitBytes: String(mostBytes),
    ...(second === null ? { tailLines: String(request.limit) } : { sinceTime: second }),
  }
  const answer = await cluster.call(`${paths.pods(names)}/${replica}/log`, { query, signal, timeoutMs: 10_000 })
  const text = answer.body.toString('utf8')
  if (answer.status !== 200) {
    throw new AppError('not-ready', `The log of the pod ${replica} cannot be read: ${text.slice(0, 500)}`)
  }
  return { replica, replicas, ...afterCursor(text, request), isRunning: true }
}
