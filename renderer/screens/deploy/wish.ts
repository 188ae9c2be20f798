import type { Deployment, DeployRequest, TargetId } from '../../../shared/model/deployment.ts'

/** What the form holds; numbers are texts as long as they are empty. */
export interface Wish {
  /** Null for the first that there is. */
  model: string | null
  target: TargetId
  name: string
  port: number | string
  context: string | null
  namespace: string
  image: string
  replicas: number | string
}

/** For a new deployment, or for one in the place of `live`. */
export function wishFor(model: string | null, live?: Deployment): Wish {
  const { context, namespace } = live?.handle ?? {}
  return {
    model,
    target: live?.target ?? 'local',
    name: live?.deployment ?? '',
    port: '',
    context: typeof context === 'string' ? context : null,
    namespace: typeof namespace === 'string' ? namespace : '',
    image: '',
    replicas: '',
  }
}

const said = (text: string) => text.trim() || undefined
const count = (value: number | string) => (typeof value === 'number' ? value : undefined)

/** What is left out stays as it is, or is chosen by the engine. */
export function requestOf({ model, target, name, ...wish }: Wish & { model: string }): DeployRequest {
  const isCluster = target === 'kubernetes'
  return {
    model,
    target,
    name: said(name),
    port: isCluster ? undefined : count(wish.port),
    context: isCluster ? (wish.context ?? undefined) : undefined,
    namespace: isCluster ? said(wish.namespace) : undefined,
    image: target === 'local' ? undefined : said(wish.image),
    replicas: isCluster ? count(wish.replicas) : undefined,
  }
}
