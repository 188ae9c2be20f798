import type { Cluster, KubernetesObject } from '../../../clients/index.ts'
import { pause } from '../readiness.ts'
import { labels, paths } from './objects.ts'

/** Namespaced things that a person may have put beside our own. */
const contents = [
  '/api/v1/namespaces/NS/pods',
  '/api/v1/namespaces/NS/services',
  '/api/v1/namespaces/NS/configmaps',
  '/api/v1/namespaces/NS/secrets',
  '/api/v1/namespaces/NS/persistentvolumeclaims',
  '/apis/apps/v1/namespaces/NS/deployments',
  '/apis/apps/v1/namespaces/NS/statefulsets',
  '/apis/apps/v1/namespaces/NS/daemonsets',
  '/apis/batch/v1/namespaces/NS/jobs',
  '/apis/batch/v1/namespaces/NS/cronjobs',
  '/apis/networking.k8s.io/v1/namespaces/NS/ingresses',
]

/** Removes a namespace that this workspace made and that is empty now, and waits until it is gone. Gives whether it did. */
export async function removeOwnNamespace(
  cluster: Cluster,
  namespace: string,
  workspace: string,
  signal: AbortSignal,
): Promise<boolean> {
  const path = paths.namespace(namespace)
  const object = await cluster.object<KubernetesObject>(path, { signal })
  if (object?.metadata.labels?.[labels.madeBy] !== workspace) return false
  const lists = await Promise.all(
    contents.map(list => cluster.object<{ items: KubernetesObject[] }>(list.replace('NS', namespace), { signal })),
  )
  const others = lists
    .flatMap(list => list?.items ?? [])
    .filter(
      ({ metadata, type }) => metadata.name !== 'kube-root-ca.crt' && type !== 'kubernetes.io/service-account-token',
    )
  if (others.length) return false
  await cluster.remove(path, { signal })
  while ((await cluster.object(path, { signal })) !== null) await pause(300, signal)
  return true
}
