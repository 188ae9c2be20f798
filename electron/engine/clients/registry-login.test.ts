import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { egress } from './egress.ts'
import { findRegistryLogin } from './registry-login.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-login-'))
})
afterEach(() => rm(folder, { recursive: true }))

function configure(config: unknown) {
  return writeFile(join(folder, 'config.json'), JSON.stringify(config))
}
const environment = () => ({ DOCKER_CONFIG: folder, PATH: `${folder}:${process.env.PATH}` })

test('the secrets door comes first, and a password may hold a colon', async () => {
  await configure({ auths: { 'r.example': { auth: Buffer.from('docker:x').toString('base64') } } })
  const asked: string[] = []
  const secret = async (name: string) => {
    asked.push(name)
    return 'me:pass:word'
  }
  expect(await findRegistryLogin('r.example', { secret, environment: environment() })).toEqual({
    user: 'me',
    password: 'pass:word',
  })
  expect(asked).toEqual(['registry:r.example'])
})

test("Docker's own logins are read: plain ones, identity tokens, under the host or its URL", async () => {
  await configure({
    auths: {
      'r.example:5000': { auth: Buffer.from('docker:x').toString('base64') },
      'https://token.example': { identitytoken: 'refresh-me' },
    },
  })
  const login = (host: string) => findRegistryLogin(host, { environment: environment() })
  expect(await login('r.example:5000')).toEqual({ user: 'docker', password: 'x' })
  expect(await login('token.example')).toMatchObject({ identityToken: 'refresh-me' })
  expect(await login('nobody.example')).toBeNull()
})

test.runIf(process.platform !== 'win32')('a credential helper is asked over its standard input', async () => {
  const helper = join(folder, 'docker-credential-test')
  const script = '#!/bin/sh\nread host\n[ "$host" = r.example ] || exit 1\necho \'{"Username":"u","Secret":"s"}\'\n'
  await writeFile(helper, script)
  await chmod(helper, 0o755)
  await configure({ credHelpers: { 'r.example': 'test' }, credsStore: 'missing' })
  expect(await findRegistryLogin('r.example', { environment: environment() })).toEqual({ user: 'u', password: 's' })
  expect(await findRegistryLogin('other.example', { environment: environment() })).toBeNull()
  // It may ask a service elsewhere, so with the air gap on it is not started.
  egress.setAirGap(true)
  try {
    expect(await findRegistryLogin('r.example', { environment: environment() })).toBeNull()
  } finally {
    egress.setAirGap(false)
  }
})

test('no configuration, or a broken one, is no login', async () => {
  expect(await findRegistryLogin('r.example', { environment: environment() })).toBeNull()
  await writeFile(join(folder, 'config.json'), '{ not json')
  expect(await findRegistryLogin('r.example', { environment: environment() })).toBeNull()
})
