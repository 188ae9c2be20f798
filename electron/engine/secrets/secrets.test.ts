import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSecrets } from './index.ts'

let workspace: string
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lathe-secrets-'))
})
afterEach(() => rm(workspace, { recursive: true }))

test('a secret is kept encrypted, read again with the passphrase, and listed by name only', async () => {
  const secrets = createSecrets({ workspace, passphrase: 'correct horse' })
  await secrets.operations.set({ name: 'registry:example', value: 'user:hunter2' }, {})
  const file = join(workspace, 'secrets.json')
  expect(await readFile(file, 'utf8')).not.toContain('hunter2')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const again = createSecrets({ workspace, passphrase: 'correct horse' })
  expect(await again.get('registry:example')).toBe('user:hunter2')
  expect(await again.operations.status(undefined, {})).toEqual({
    unlocked: true,
    reason: '',
    names: ['registry:example'],
  })
  await again.operations.remove({ name: 'registry:example' }, {})
  expect(await again.get('registry:example')).toBe(null)
})

test('the wrong passphrase is refused, and no passphrase leaves the door shut with a reason', async () => {
  const secrets = createSecrets({ workspace, passphrase: 'one' })
  await secrets.operations.set({ name: 'a', value: 'b' }, {})
  expect(() => createSecrets({ workspace, passphrase: 'two' })).toThrow(
    expect.objectContaining({ code: 'secrets-locked' }),
  )
  const shut = createSecrets({ workspace, passphrase: null })
  await expect(shut.get('a')).rejects.toMatchObject({
    code: 'secrets-locked',
    mend: expect.stringContaining('LATHE_PASSPHRASE_FILE'),
  })
  await expect(shut.operations.set({ name: 'a', value: 'c' }, {})).rejects.toMatchObject({ code: 'secrets-locked' })
})

test('where no secret was ever kept, a shut door has none to give', async () => {
  expect(await createSecrets({ workspace, passphrase: null }).get('registry:example')).toBe(null)
})
