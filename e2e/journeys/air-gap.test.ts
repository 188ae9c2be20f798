import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Deployment, Push } from '../../shared/model/deployment.ts'
import type { Endpoint } from '../../shared/model/monitoring.ts'
import type { Run } from '../../shared/model/run.ts'
import type { ConnectionLine } from '../../shared/model/workspace.ts'
import { samples, TestWorkspace } from '../lathe.ts'

/** The air gap as a person meets it: this machine's own other address stands for elsewhere. */
const elsewhere = Object.values(networkInterfaces())
  .flatMap(each => each ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address
const registry = process.env.LATHE_TEST_REGISTRY
const forwarders: Server[] = []
let workspace: TestWorkspace

beforeAll(async () => {
  workspace = await TestWorkspace.make()
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
  const { run } = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear')
  await workspace.json('register', run, '--name', 'cells-model')
})
afterAll(async () => {
  await workspace.close()
  for (const server of forwarders) server.close()
})

/** A port of this machine's other address that leads to one of its loopback. */
async function forward(to: string): Promise<string> {
  const [host, port] = to.split(':')
  const server = createServer(from => {
    const onward = connect(Number(port), host)
    from.on('error', () => onward.destroy()).pipe(onward)
    onward.on('error', () => from.destroy()).pipe(from)
  })
  forwarders.push(server)
  await new Promise<void>(resolve => server.listen(0, elsewhere, resolve))
  return `${elsewhere}:${(server.address() as AddressInfo).port}`
}

async function ledger(): Promise<ConnectionLine[]> {
  return (await workspace.json<{ connections: ConnectionLine[] }>('connections')).connections
}

test.runIf(registry && elsewhere)('a push is made and written down, and refused with the air gap on', async () => {
  const host = await forward(registry!)
  const push = (tag: string) => ['push', 'cells-model:1', `${host}/air-gap-${process.pid}/cells:${tag}`, '--plain-http']
  const { uploadedBytes } = await workspace.json<Push>(...push('1'))
  const line = (await ledger()).find(({ host: each }) => each === elsewhere)
  expect(line).toMatchObject({ port: Number(host.split(':')[1]), isLocal: false, refused: 0, failed: 0 })
  expect(line!.why).toMatch(/^image registry: Push cells-model:1/)
  expect(line!.sentBytes).toBeGreaterThanOrEqual(uploadedBytes)
  expect(line!.receivedBytes).toBeGreaterThan(0)

  expect(await workspace.json('airgap', 'on')).toEqual({ airGap: true })
  const refused = await workspace.failure(...push('2'))
  expect(refused).toMatchObject({ code: 'air-gapped', mend: expect.stringContaining('lathe airgap off') })
  expect(refused.message).toContain(host)
  expect((await ledger()).find(({ refused: count }) => count > 0)).toMatchObject({ host: elsewhere, made: 0 })
  // What stays on this machine goes on.
  await workspace.json<Push>('push', 'cells-model:1', `${registry}/air-gap-${process.pid}/cells:3`, '--plain-http')
  await workspace.json('airgap', 'off')
  await workspace.json<Push>(...push('2'))
})

test.runIf(elsewhere)(
  'a watched endpoint elsewhere is not asked, which says nothing of it; the switch survives a restart',
  async () => {
    const { url } = await workspace.json<Deployment>('deploy', 'cells-model', '--target', 'local', '--name', 'service')
    const outside = `http://${await forward(new URL(url!).host)}`
    await workspace.json('airgap', 'on')
    expect(await workspace.failure('watch', outside, '--name', 'outside')).toMatchObject({ code: 'air-gapped' })
    await workspace.json('airgap', 'off')
    expect(await workspace.json<Endpoint>('watch', outside, '--name', 'outside')).toMatchObject({ status: 'up' })
    await workspace.json('airgap', 'on')
    await workspace.run(['stop'])
    expect(await workspace.json('airgap')).toEqual({ airGap: true })
    const again = await workspace.json<Endpoint>('watch', outside, '--name', 'outside')
    expect(again).toMatchObject({
      status: 'unknown',
      message: expect.stringMatching(/^Nothing may leave this machine: .*`lathe airgap off`/),
    })
    expect(await workspace.failure('replay', join(samples, 'breast-cancer.csv'), '--to', outside)).toMatchObject({
      code: 'air-gapped',
    })
    expect(await workspace.json<Endpoint>('watch', url!, '--name', 'inside')).toMatchObject({ status: 'up' })
    const lines = await ledger()
    expect(lines.some(({ host, isLocal, why }) => host === '127.0.0.1' && isLocal && why === 'watched endpoint')).toBe(
      true,
    )
    expect(
      lines.some(({ host, why, refused }) => host === elsewhere && why === 'watched endpoint' && refused > 0),
    ).toBe(true)
    // Neither paths nor questions are written down.
    expect(JSON.stringify(lines)).not.toMatch(/since=|\/drift|\/v2\//)
    await workspace.run(['undeploy', 'service'])
  },
)
