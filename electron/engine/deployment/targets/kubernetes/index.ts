import { AppError } from '../../../../../shared/errors.ts'
import type { PlanChange } from '../../../../../shared/model/deployment.ts'
import { Cluster, type KubernetesObject, parseImageReference } from '../../../clients/index.ts'
import { bundleLabel } from '../../../packaging/index.ts'
import { changeOf, changesNothing, nothingWouldChange } from '../changes.ts'
import { pause, requireDigest, servesOn } from '../readiness.ts'
import type { Applied, DeploymentSpec, DeploymentTarget, Place, TargetContext } from '../target.ts'
import { askPod, findServiceUrl, podUrls } from './access.ts'
import { created, ownFields } from './comparison.ts'
import { podLog } from './logs.ts'
import { removeOwnNamespace } from './namespace.ts'
import { deploymentObject, labels, type Names, namesOf, namespaceObject, paths, serviceObject } from './objects.ts'
import { replicaOf } from './replicas.ts'
import { type DeploymentState, isReady, listPods, waitForRollout } from './rollout.ts'

/** The image by its digest where that is known: what runs then cannot change under the same tag. */
function pinned(spec: DeploymentSpec): string {
  const image = spec.image ?? ''
  return spec.imageDigest && !image.includes('@') ? `${image}@${spec.imageDigest}` : image
}

function imageRequired(spec: DeploymentSpec): AppError {
  return new AppError('bad-input', `The cluster needs an image of ${spec.model}:${spec.version} from a registry`, {
    mend: `Push it first (lathe push ${spec.model}:${spec.version} REF), or name one that was pushed (--image REF).`,
  })
}

function namesAt({ workspace, deployment }: Place): Names {
  const { namespace } = deployment.handle
  return namesOf({
    workspace,
    deployment: deployment.deployment,
    namespace: typeof namespace === 'string' ? namespace : null,
  })
}

function openAt({ deployment }: Place): Promise<Cluster> {
  const { context } = deployment.handle
  return Cluster.open(typeof context === 'string' ? context : undefined)
}

/** Throws when an object of our name belongs to somebody else. */
async function refuseForeign(
  cluster: Cluster,
  names: Names,
  spec: DeploymentSpec,
  signal?: AbortSignal,
): Promise<void> {
  for (const path of [paths.deployment(names), paths.service(names)]) {
    const object = await cluster.object<KubernetesObject>(path, { signal })
    if (!object || object.metadata.labels?.[labels.workspace] === spec.workspace) continue
    throw new AppError(
      'already-exists',
      `${names.namespace}/${names.name} is there already and is not of this workspace (${path})`,
      { mend: 'Name the deployment otherwise with --name, or use another --namespace.' },
    )
  }
}

/** Has the server check everything and keep nothing. Where the namespace is still missing, `default` stands in for it. */
async function dryRun(cluster: Cluster, spec: DeploymentSpec, signal?: AbortSignal) {
  const names = namesOf(spec)
  const isNamespaceThere = (await cluster.object(paths.namespace(names.namespace), { signal })) !== null
  if (isNamespaceThere) await refuseForeign(cluster, names, spec, signal)
  else await cluster.apply(paths.namespace(names.namespace), namespaceObject(spec, names), { dryRun: true, signal })
  const trial = isNamespaceThere ? names : { ...names, namespace: 'default' }
  const objects = [
    { path: paths.deployment(trial), object: deploymentObject(spec, trial, pinned(spec)) },
    { path: paths.service(trial), object: serviceObject(spec, trial) },
  ]
  const changes: PlanChange[] = []
  if (!isNamespaceThere) changes.push(created(`Namespace ${names.namespace}`, namespaceObject(spec, names)))
  for (const { path, object } of objects) {
    const before = isNamespaceThere ? await cluster.object<KubernetesObject>(path, { signal }) : null
    const { object: after } = await cluster.apply(path, object, { dryRun: true, signal })
    const name = `${object.kind} ${names.namespace}/${names.name}`
    changes.push(before ? changeOf(name, ownFields(before), ownFields(after)) : created(name, object))
  }
  return { names, isNamespaceThere, changes }
}

function sentence({ action, object }: PlanChange): string {
  return action === 'none' ? `leave ${object} as it is` : `${action} ${object}`
}

/** Puts the objects back as they were before a rollout that did not come to its end; the old pods have served all the while. */
async function putBack(cluster: Cluster, names: Names, live: DeploymentSpec): Promise<void> {
  await cluster.apply(paths.deployment(names), deploymentObject(live, names, pinned(live)))
  await cluster.apply(paths.service(names), serviceObject(live, names))
}

async function removeObjects(cluster: Cluster, names: Names, signal: AbortSignal): Promise<void> {
  await cluster.remove(paths.service(names), { signal })
  await cluster.remove(paths.deployment(names), { foreground: true, signal })
  for (;;) {
    const [deployment, pods] = await Promise.all([
      cluster.object(paths.deployment(names), { signal }),
      cluster.list(paths.pods(names), names.selector, signal),
    ])
    if (deployment === null && pods.length === 0) return
    await pause(300, signal)
  }
}

async function roll(cluster: Cluster, spec: DeploymentSpec, names: Names, context: TargetContext): Promise<Applied> {
  await cluster.apply(paths.deployment(names), deploymentObject(spec, names, pinned(spec)), { signal: context.signal })
  await cluster.apply(paths.service(names), serviceObject(spec, names), { signal: context.signal })
  await waitForRollout(cluster, names, spec.replicas, context)
  const pods = (await listPods(cluster, names, context.signal)).filter(isReady)
  for (const { metadata } of pods) {
    const state = await askPod(cluster, names, metadata.name, context.signal)
    requireDigest(state, spec.bundleDigest, `Pod ${metadata.name}`)
  }
  context.progress(0.95, 'looking for an address')
  let found = await findServiceUrl(cluster, names, context.signal)
  for (let attempt = 1; found.url === null && attempt < 8; attempt += 1) {
    await pause(500, context.signal)
    found = await findServiceUrl(cluster, names, context.signal)
  }
  if (found.url === null) {
    context.log(
      `No address of the Service answers from here; inside the cluster it is http://${names.name}.${names.namespace}`,
      'warn',
    )
  }
  return {
    url: found.url,
    handle: {
      context: cluster.context,
      namespace: names.namespace,
      name: names.name,
      nodePort: found.nodePort,
      image: pinned(spec),
    },
    replicas: { wanted: spec.replicas, ready: pods.length },
    imageDigest: spec.imageDigest,
  }
}

/** A Deployment and a Service on a cluster, named by its context; from an image that was pushed. */
export const kubernetes: DeploymentTarget = {
  id: 'kubernetes',

  check(spec) {
    if (spec.context === null) {
      throw new AppError('bad-input', 'A cluster needs its context named', {
        mend: 'Name one of the contexts of your kubeconfig with --context.',
      })
    }
    if (spec.image === null) throw imageRequired(spec)
    parseImageReference(spec.image)
  },

  firstHandle: spec => ({ context: spec.context, namespace: namesOf(spec).namespace }),

  async plan(spec, signal) {
    if (spec.image === null) throw imageRequired(spec)
    const cluster = await Cluster.open(spec.context ?? undefined)
    const { changes, isNamespaceThere, names } = await dryRun(cluster, spec, signal)
    if (changesNothing(changes)) return { steps: [nothingWouldChange], changes }
    const live = isNamespaceThere ? await cluster.object<DeploymentState>(paths.deployment(names), { signal }) : null
    const count = spec.replicas === 1 ? '1 replica' : `${spec.replicas} replicas`
    const where = isNamespaceThere ? '' : ` (checked against "default": ${names.namespace} is not there yet)`
    return {
      steps: [
        ...changes.map(change => `On ${cluster.context}, ${sentence(change)}${where}`),
        ...(live?.spec?.replicas === spec.replicas ? [`Keep ${count}, as many as there are`] : []),
        `Wait until ${count} ${spec.replicas === 1 ? 'is' : 'are'} ready and the golden rows agree`,
      ],
      changes,
    }
  },

  async apply(spec, context) {
    const cluster = await Cluster.open(spec.context ?? undefined)
    context.progress(0.05, 'asking the cluster for a dry run')
    const { names, isNamespaceThere, changes } = await dryRun(cluster, spec, context.signal)
    for (const change of changes) context.log(`Dry run on ${cluster.context} accepted: ${sentence(change)}`)
    const before = await cluster.object<DeploymentState>(paths.deployment(names), { signal: context.signal })
    if (!isNamespaceThere) {
      await cluster.apply(paths.namespace(names.namespace), namespaceObject(spec, names), { signal: context.signal })
    }
    try {
      return await roll(cluster, spec, names, context)
    } catch (error) {
      const { live } = context
      if (before !== null && live) {
        await context.unbroken(() => putBack(cluster, names, live))
        throw before.status?.readyReplicas ? servesOn(error, live) : error
      }
      if (before === null && !context.signal.aborted) {
        const { signal } = context
        await removeObjects(cluster, names, signal)
        await removeOwnNamespace(cluster, names.namespace, spec.workspace, signal)
      }
      throw error
    }
  },

  async observe(place, signal) {
    const cluster = await openAt(place)
    const names = namesAt(place)
    const [state, pods] = await Promise.all([
      cluster.object<DeploymentState>(paths.deployment(names), { signal, timeoutMs: 3000 }),
      listPods(cluster, names, signal),
    ])
    const each = pods.map(replicaOf)
    if (!state) {
      const error = new AppError('not-found', 'The Deployment is gone from the cluster')
      return {
        status: 'stopped',
        replicas: { ...place.deployment.replicas, ready: 0, each },
        error: error.toJSON(),
        bundleDigest: null,
      }
    }
    const replicas = { wanted: state.spec?.replicas ?? 0, ready: state.status?.readyReplicas ?? 0, each }
    const bundleDigest = state.metadata.annotations?.[bundleLabel] ?? null
    if (replicas.ready >= replicas.wanted) return { status: 'ready', replicas, error: null, bundleDigest }
    const blocked = state.status?.conditions?.find(({ type, status }) => type === 'Available' && status === 'False')
    const failing = each.find(({ reason, state }) => reason && state === 'failing')
    const why = failing ? `${failing.name}: ${failing.reason}` : blocked?.message
    const text = `${replicas.ready} of ${replicas.wanted} replicas are ready${why ? `. ${why}` : ''}`
    return { status: 'degraded', replicas, error: new AppError('not-ready', text).toJSON(), bundleDigest }
  },

  async endpoints(place, signal) {
    const cluster = await openAt(place)
    const names = namesAt(place)
    return podUrls(cluster, names, (await listPods(cluster, names, signal)).filter(isReady))
  },

  async logs(place, request, signal) {
    const { deployment } = place.deployment
    return podLog(await openAt(place), namesAt(place), { ...request, deployment }, signal)
  },

  async remove(place, context) {
    const cluster = await openAt(place)
    const names = namesAt(place)
    context.progress(0.1, 'removing Service and Deployment')
    const spec = { workspace: place.workspace }
    const object = await cluster.object<KubernetesObject>(paths.deployment(names), { signal: context.signal })
    const isOurs = object === null || object.metadata.labels?.[labels.workspace] === spec.workspace
    if (isOurs) await removeObjects(cluster, names, context.signal)
    else context.log(`${names.namespace}/${names.name} is not of this workspace and stays`, 'warn')
    context.progress(0.8, 'removing the namespace if Lathe made it')
    if (await removeOwnNamespace(cluster, names.namespace, place.workspace, context.signal)) {
      context.log(`Removed the namespace ${names.namespace}`)
    }
  },
}
