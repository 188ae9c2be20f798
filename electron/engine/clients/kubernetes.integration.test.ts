import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Cluster, listContexts } from './kubernetes.ts'

const kubeconfig = process.env.KUBECONFIG
afterEach(() => {
  if (kubeconfig === undefined) delete process.env.KUBECONFIG
  else process.env.KUBECONFIG = kubeconfig
})

test.runIf(kubeconfig)('a context must be named, and an unknown one lists those there are', async () => {
  expect(await listContexts()).toEqual(expect.arrayContaining(['lathe-test', 'lathe-readonly']))
  await expect(Cluster.open(undefined)).rejects.toMatchObject({
    code: 'bad-input',
    mend: expect.stringContaining('lathe-readonly'),
  })
  await expect(Cluster.open('lathe-prod')).rejects.toMatchObject({
    code: 'not-found',
    message: 'There is no Kubernetes context "lathe-prod"',
    mend: expect.stringContaining('lathe-test'),
  })
})

test.runIf(kubeconfig)('what a context may not do is refused in the words of the cluster', async () => {
  const cluster = await Cluster.open('lathe-readonly')
  const name = 'lathe-client-test'
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
  await expect(cluster.apply(`/api/v1/namespaces/${name}`, object, { dryRun: true })).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringContaining('cannot patch resource "namespaces"'),
  })
  expect(await cluster.object('/api/v1/namespaces/lathe-client-test')).toBeNull()
})

test('without a kubeconfig there are no contexts, and no cluster is made up', async () => {
  process.env.KUBECONFIG = join(tmpdir(), 'lathe-no-such-kubeconfig')
  expect(await listContexts()).toEqual([])
  await expect(Cluster.open('any')).rejects.toMatchObject({ code: 'not-found' })
})

test('a cluster that does not answer, and a broken kubeconfig, are told apart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lathe-kube-'))
  try {
    const file = join(folder, 'config')
    process.env.KUBECONFIG = file
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'gone', cluster: { server: 'https://127.0.0.1:9' } }],
      users: [{ name: 'me', user: { token: 'x' } }],
      contexts: [{ name: 'gone', context: { cluster: 'gone', user: 'me' } }],
    }
    await writeFile(file, JSON.stringify(config))
    const cluster = await Cluster.open('gone')
    await expect(cluster.object('/api/v1/namespaces')).rejects.toMatchObject({
      code: 'cluster-unavailable',
      message: expect.stringContaining('"gone"'),
      mend: expect.stringContaining('127.0.0.1:9'),
    })
    await writeFile(file, '{ broken: [')
    await expect(listContexts()).rejects.toMatchObject({ code: 'cluster-unavailable' })
  } finally {
    await rm(folder, { recursive: true })
  }
})
