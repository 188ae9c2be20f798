import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dockerFailure, findDockerEndpoint, openDocker } from './docker.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-docker-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('DOCKER_HOST comes before the current context, and that before the default', async () => {
  const id = createHash('sha256').update('far').digest('hex')
  await mkdir(join(folder, 'contexts/meta', id), { recursive: true })
  await writeFile(join(folder, 'config.json'), JSON.stringify({ currentContext: 'far' }))
  const meta = { Name: 'far', Endpoints: { docker: { Host: 'tcp://10.0.0.7:2376' } } }
  await writeFile(join(folder, 'contexts/meta', id, 'meta.json'), JSON.stringify(meta))
  expect(await findDockerEndpoint({ DOCKER_CONFIG: folder, DOCKER_HOST: 'unix:///x' })).toMatchObject({
    host: 'unix:///x',
  })
  expect(await findDockerEndpoint({ DOCKER_CONFIG: folder })).toMatchObject({
    host: 'tcp://10.0.0.7:2376',
    source: 'context far',
  })
  expect(await findDockerEndpoint({ DOCKER_CONFIG: folder, DOCKER_CONTEXT: 'default' })).toMatchObject({
    source: 'default',
  })
  await expect(findDockerEndpoint({ DOCKER_CONFIG: folder, DOCKER_CONTEXT: 'gone' })).rejects.toMatchObject({
    code: 'docker-unavailable',
    message: `Docker's context "gone" is not known here`,
  })
})

test('an engine that is absent says where it was looked for and what works without one', async () => {
  const missing = `unix://${join(folder, 'no.sock')}`
  await expect(openDocker({ DOCKER_HOST: missing })).rejects.toMatchObject({
    code: 'docker-unavailable',
    message: expect.stringContaining(missing),
    mend: expect.stringContaining('--engine oci'),
  })
})

test('what an engine answers becomes the code it means', () => {
  const refusal = (statusCode: number, message: string) =>
    Object.assign(new Error(message), { statusCode, json: { message } })
  expect(dockerFailure(refusal(500, 'Bind failed: port is already allocated'), 'x').code).toBe('port-taken')
  expect(dockerFailure(refusal(404, 'no such image'), 'x').code).toBe('not-found')
  expect(dockerFailure(refusal(409, 'name in use'), 'x').code).toBe('conflict')
  expect(dockerFailure(refusal(500, 'write: no space left on device'), 'x').code).toBe('disk-full')
})
