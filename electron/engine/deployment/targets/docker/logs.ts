import type { ServiceLog } from '../../../../../shared/model/service-log.ts'
import { dockerFailure, openDocker } from '../../../clients/index.ts'
import { afterCursor, chooseReplica, type LogRequest, secondOf } from '../logs.ts'
import type { Place } from '../target.ts'
import { findContainers, nameOf, unframed } from './container.ts'

/** The cursor is the time of the last line. */
export async function dockerLog({ workspace, deployment }: Place, request: LogRequest): Promise<ServiceLog> {
  const docker = await openDocker()
  try {
    const found = await findContainers(docker, { workspace, deployment: deployment.deployment })
    const replicas = found.map(nameOf)
    const replica = chooseReplica(replicas, request, deployment.deployment)
    const { Id, State } = found[replicas.indexOf(replica)]!
    const second = secondOf(request.cursor)
    const raw = await docker.getContainer(Id).logs({
      ...{ stdout: true, stderr: true, timestamps: true },
      ...(second === null ? { tail: request.limit } : { since: Date.parse(second) / 1000 }),
    })
    return { replica, replicas, ...afterCursor(unframed(raw), request), isRunning: State === 'running' }
  } catch (error) {
    throw dockerFailure(error, `The log of ${deployment.deployment} cannot be read`)
  }
}
