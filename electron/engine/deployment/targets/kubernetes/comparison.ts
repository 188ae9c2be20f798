import type { PlanChange } from '../../../../../shared/model/deployment.ts'
import type { KubernetesObject } from '../../../clients/index.ts'
import { changeOf } from '../changes.ts'

/** Kept by the server for itself: it changes with every write and says nothing of what was asked for. */
const managedMetadata = ['managedFields', 'resourceVersion', 'uid', 'generation', 'creationTimestamp', 'selfLink']
const managedAnnotations = ['deployment.kubernetes.io/revision', 'kubectl.kubernetes.io/last-applied-configuration']

/** An object of the server without its status and what the server manages itself. */
export function ownFields({ status: _status, metadata, ...rest }: KubernetesObject): unknown {
  return {
    ...rest,
    metadata: { ...without(metadata, managedMetadata), annotations: without(metadata.annotations, managedAnnotations) },
  }
}

interface Created extends KubernetesObject {
  spec?: {
    replicas?: number
    type?: string
    ports?: unknown
    template?: { spec: { containers: { name: string; image: string }[] } }
  }
}

/** A new object by what tells it from others, not by each of its settings. */
export function created(name: string, { metadata, spec }: Created): PlanChange {
  const containers = spec?.template?.spec.containers.map(({ name, image }) => ({ name, image }))
  const { replicas, type, ports } = spec ?? {}
  const { annotations } = metadata
  const after = { metadata: { annotations }, spec: { replicas, type, ports, template: { spec: { containers } } } }
  return changeOf(name, null, after)
}

function without(fields: object | undefined, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => !names.includes(name)))
}
