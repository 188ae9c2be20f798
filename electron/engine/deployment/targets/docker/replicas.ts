import type { Replica } from '../../../../../shared/model/deployment.ts'
import type { Docker } from '../../../clients/index.ts'
import { endedWith, type ServerState, withLastLines } from '../readiness.ts'
import { containerLog, imageOf, nameOf } from './container.ts'

/** A container as a replica, and as a clause why it does not serve. `server` is what its server says of itself. */
export async function replicaOf(
  docker: Docker,
  info: Docker.ContainerInfo,
  server: ServerState | null,
): Promise<Replica> {
  const container = docker.getContainer(info.Id)
  const { State, RestartCount, Image } = await container.inspect()
  const imageDigest = imageOf(info).imageDigest ?? (await repositoryDigest(docker, Image))
  const seen = { name: nameOf(info), restarts: RestartCount, imageDigest }
  if (server?.isReady) return { ...seen, state: 'ready', reason: null }
  if (State.Running && !State.Restarting) {
    return {
      ...seen,
      state: 'starting',
      reason: server ? 'runs, its server is not ready' : 'runs, its server is silent',
    }
  }
  const ended = endedWith(State.ExitCode, State.OOMKilled ? 'out of memory' : undefined, State.Error)
  const lastLines = (await containerLog(container)).split('\n').slice(-3).join('\n')
  const reason = withLastLines(ended, lastLines)
  return { ...seen, state: State.Restarting ? 'failing' : 'stopped', reason }
}

/** Of an image that was pulled; null for one that the engine has from a file only. */
async function repositoryDigest(docker: Docker, image: string): Promise<string | null> {
  const { RepoDigests } = await docker.getImage(image).inspect()
  return /sha256:[0-9a-f]{64}$/.exec(RepoDigests?.[0] ?? '')?.[0] ?? null
}
