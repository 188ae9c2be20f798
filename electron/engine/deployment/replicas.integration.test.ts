import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Deployment, DeployRequest } from '../../../shared/model/deployment.ts'
import { Cluster, type KubernetesObject, openDocker } from '../clients/index.ts'
import { availableBases } from '../packaging/index.ts'
import { deploymentObject, namesOf, paths } from './targets/kubernetes/objects.ts'
import type { DeploymentSpec } from './targets/target.ts'
import { openWorkbench, type Workbench } from './testing/workbench.ts'

/** What is said of each replica, of real containers and pods, and how many there are. */
const hasBase = (await availableBases()).length > 0
const registryHost = process.env.LATHE_TEST_REGISTRY
const hasDocker = process.env.DOCKER_HOST && hasBase
const hasCluster = process.env.KUBECONFIG && registryHost && hasBase
const namespace = `lathe-replicas-${process.pid}`
const name = 'area'

let bench: Workbench
beforeEach(async () => {
  bench = await openWorkbench()
})
afterEach(async () => {
  const { operations } = bench.deployment
  for (const { deployment } of (await operations.list(undefined, {})).deployments) {
    await bench.finish('undeploy', operations.undeploy({ deployment }, {}))
  }
  await bench.close()
})

const deploy = (request: DeployRequest) => bench.finish('deploy', bench.deployment.operations.deploy(request, {}))
async function look(): Promise<Deployment> {
  return (await bench.deployment.operations.list(undefined, {})).deployments[0]!
}
const until = (condition: (deployment: Deployment) => boolean) =>
  expect.poll(async () => condition(await look()), { timeout: 90_000, interval: 200 }).toBe(true)

test.runIf(hasDocker)(
  'a container that came back is counted, and one that ended says how',
  { timeout: 120_000 },
  async () => {
    await bench.addVersion(name, 1, { offset: 0 })
    const deployed = await deploy({ model: name, target: 'docker' })
    const [fresh] = (await look()).replicas.each!
    expect(fresh).toMatchObject({ state: 'ready', restarts: 0, imageDigest: deployed.imageDigest, reason: null })

    const container = (await openDocker()).getContainer(String(deployed.handle.container))
    const exec = await container.exec({ Cmd: ['/usr/bin/node', '-e', 'process.kill(1, "SIGTERM")'] })
    await exec.start({ Detach: true })
    await until(({ replicas }) => replicas.each?.[0]?.restarts === 1 && replicas.ready === 1)

    await container.kill()
    await until(({ status }) => status === 'stopped')
    const { replicas, error } = await look()
    expect(replicas).toMatchObject({ wanted: 1, ready: 0, each: [{ name: fresh!.name, state: 'stopped' }] })
    expect(replicas.each![0]!.reason).toMatch(/^ended with exit code 137/)
    expect(error!.message).toContain('The container ended with exit code 137')
  },
)

async function pushed(version: number, offset: number): Promise<string> {
  await bench.addVersion(name, version, { offset })
  const ref = `${registryHost}/lathe-replicas/area:${version}`
  return (await bench.finish('push', bench.packaging.operations.push({ model: name, ref, plainHttp: true }, {})))
    .imageDigest
}

const onCluster = { model: name, target: 'kubernetes' as const, context: 'lathe-test', namespace }

test.runIf(hasCluster)(
  'on a cluster the count is changed in place, and kept by an update that does not name it',
  { timeout: 180_000 },
  async () => {
    const { operations } = bench.deployment
    const imageDigest = await pushed(1, 0)
    expect(await deploy(onCluster)).toMatchObject({ replicas: { wanted: 1, ready: 1 } })
    const plan = await operations.plan({ ...onCluster, replicas: 2 }, {})
    const fields = plan.changes.flatMap(change => change.fields)
    expect(fields).toEqual([{ path: 'spec.replicas', before: '1', after: '2' }])
    expect(await deploy({ ...onCluster, replicas: 2 })).toMatchObject({ replicas: { wanted: 2, ready: 2 } })
    const ready = { state: 'ready', restarts: 0, imageDigest, reason: null }
    expect((await look()).replicas).toMatchObject({ wanted: 2, ready: 2, each: [ready, ready] })

    await pushed(2, 100)
    expect((await operations.plan(onCluster, {})).steps).toContain('Keep 2 replicas, as many as there are')
    expect(await deploy(onCluster)).toMatchObject({ version: 2, replicas: { wanted: 2, ready: 2 } })
    const { versions } = await operations.versions({ deployment: name }, {})
    expect(versions.map(({ replicas }) => replicas)).toEqual([2, 2, 1])
  },
)

test.runIf(hasCluster)(
  'a pod that cannot get its image, and one that ends again and again, say so',
  { timeout: 180_000 },
  async () => {
    await pushed(1, 0)
    const { bundleDigest, imageDigest, handle } = await deploy(onCluster)
    const workspace = bench.registry.meta('workspace') ?? ''
    const spec: DeploymentSpec = {
      ...{ workspace, deployment: name, model: name, version: 1, bundleDigest, folder: '', port: null },
      ...{ context: 'lathe-test', namespace, image: null, imageDigest, replicas: 1 },
    }
    const names = namesOf(spec)
    const cluster = await Cluster.open('lathe-test')
    /** Somebody else puts another image, or other arguments, into the live Deployment. */
    const change = async (image: string, args: string[]) => {
      const object = deploymentObject(spec, names, image) as KubernetesObject & {
        spec: { template: { spec: { containers: { args?: string[] }[] } } }
      }
      object.spec.template.spec.containers[0]!.args = args
      await cluster.apply(paths.deployment(names), object)
    }
    const failing = ({ replicas }: Deployment) => replicas.each?.find(({ state }) => state === 'failing')

    await change(`${registryHost}/lathe-replicas/nothing:1`, [])
    await until(deployment => /^(ErrImagePull|ImagePullBackOff): .*nothing/.test(failing(deployment)?.reason ?? ''))
    // The old pod serves on.
    expect(await look()).toMatchObject({ status: 'ready', replicas: { wanted: 1, ready: 1 } })
    expect((await look()).replicas.each).toHaveLength(2)

    await change(String(handle.image), ['--bundle', '/nowhere'])
    await until(deployment => /^CrashLoopBackOff: ended with exit code 1/.test(failing(deployment)?.reason ?? ''))
    expect(failing(await look())).toMatchObject({ restarts: expect.any(Number), imageDigest })
  },
)
