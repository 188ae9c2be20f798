import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundleManifestText } from '../../../shared/inference/bundle.ts'
import { sha256 } from '../base/index.ts'
import {
  backUp,
  folderHazard,
  listBackups,
  lockWorkspace,
  openRegistry,
  refuseUnsafeFolder,
  restoreBackup,
} from './index.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'

let workspace: string
const nowMs = Date.UTC(2026, 10, 24, 12)

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lathe-registry-'))
})
afterEach(() => rm(workspace, { recursive: true, force: true }))

test('a new registry is durable, strict, and holds its references', async () => {
  const registry = await openRegistry(workspace, { nowMs })
  const { database } = registry
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
  expect(database.pragma('synchronous', { simple: true })).toBe(2)
  expect(database.pragma('foreign_keys', { simple: true })).toBe(1)
  const loose = database
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'")
    .all()
  expect(loose).toEqual([])
  expect(() => database.prepare("INSERT INTO dataset_versions VALUES ('none', 1, '', '', '{}', 0)").run()).toThrow(
    'FOREIGN KEY',
  )
  expect(registry.wasUnclean).toBe(false)
  registry.close()
})

test('an unclean end is noticed, a clean one is not; ids survive a move of the folder', async () => {
  const first = await openRegistry(workspace, { nowMs })
  const id = first.meta('workspace')
  first.database.close()
  const second = await openRegistry(workspace, { nowMs })
  expect(second.wasUnclean).toBe(true)
  second.close()
  const moved = `${workspace}-moved`
  await import('node:fs/promises').then(fs => fs.rename(workspace, moved))
  workspace = moved
  const third = await openRegistry(workspace, { nowMs })
  expect(third.wasUnclean).toBe(false)
  expect(third.meta('workspace')).toBe(id)
  third.close()
})

test('a transaction is all or nothing', async () => {
  const registry = await openRegistry(workspace, { nowMs })
  expect(() =>
    registry.transaction(() => {
      registry.setMeta('half', 'yes')
      throw new Error('stop')
    }),
  ).toThrow('stop')
  expect(registry.meta('half')).toBe(null)
  registry.close()
})

test('a migration backs up first, and one that fails changes nothing', async () => {
  const registry = await openRegistry(workspace, { nowMs })
  registry.setMeta('kept', 'yes')
  const broken = [
    ...migrations,
    { version: 2, name: 'broken', sql: 'CREATE TABLE half (a INTEGER) STRICT; CREATE TABLE half (a INTEGER) STRICT;' },
  ]
  await expect(migrate(registry.database, { workspace, nowMs, steps: broken })).rejects.toThrow('half')
  expect(registry.database.pragma('user_version', { simple: true })).toBe(migrations.length)
  expect(registry.database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").get()).toBe(undefined)
  const [backup] = await listBackups(workspace)
  expect(backup?.reason).toBe(`before-migration-${migrations.length}`)
  const copy = new BetterSqlite3(join(workspace, backup!.file), { readonly: true })
  expect(copy.prepare("SELECT value FROM meta WHERE key = 'kept'").pluck().get()).toBe('yes')
  copy.close()
  registry.close()
})

test('a workspace of a newer Lathe is refused untouched', async () => {
  const registry = await openRegistry(workspace, { nowMs })
  registry.database.pragma('user_version = 99')
  registry.close()
  const before = readFileSync(join(workspace, 'registry.sqlite'))
  await expect(openRegistry(workspace, { nowMs })).rejects.toMatchObject({ code: 'workspace-too-new' })
  expect(readFileSync(join(workspace, 'registry.sqlite')).equals(before)).toBe(true)
})

test('a damaged registry is refused with the mend; restore puts the backup in place and keeps the bad file', async () => {
  const registry = await openRegistry(workspace, { nowMs })
  registry.setMeta('kept', 'yes')
  const backup = await backUp(registry.database, { workspace, nowMs, reason: 'by-hand' })
  registry.database.close()
  const file = join(workspace, 'registry.sqlite')
  const bytes = await readFile(file)
  bytes.fill(0xab, 100, Math.min(bytes.length, 60_000))
  await writeFile(file, bytes)
  await expect(openRegistry(workspace, { nowMs })).rejects.toMatchObject({
    code: 'registry-corrupt',
    mend: expect.stringContaining('lathe restore'),
  })
  const { kept } = await restoreBackup(workspace, join(workspace, backup.file), nowMs)
  expect((await readFile(join(workspace, kept!))).equals(bytes)).toBe(true)
  const restored = await openRegistry(workspace, { nowMs })
  expect(restored.meta('kept')).toBe('yes')
  restored.close()
})

test('a damaged backup is refused and nothing is replaced', async () => {
  const registry = await openRegistry(workspace, { nowMs })
  const backup = await backUp(registry.database, { workspace, nowMs, reason: 'by-hand' })
  registry.close()
  const file = join(workspace, backup.file)
  await truncate(file, 5000)
  const before = readFileSync(join(workspace, 'registry.sqlite'))
  await expect(restoreBackup(workspace, file, nowMs)).rejects.toMatchObject({ code: 'registry-corrupt' })
  expect(readFileSync(join(workspace, 'registry.sqlite')).equals(before)).toBe(true)
})

test('only the newest fourteen daily backups are kept, those by hand all', async () => {
  const registry = await openRegistry(workspace, { nowMs })
  await backUp(registry.database, { workspace, nowMs: nowMs - 1e9, reason: 'by-hand' })
  for (let day = 0; day < 16; day += 1) {
    await backUp(registry.database, { workspace, nowMs: nowMs + day * 86_400_000, reason: 'daily' })
  }
  const backups = await listBackups(workspace)
  expect(backups.filter(backup => backup.reason === 'daily')).toHaveLength(14)
  expect(backups.filter(backup => backup.reason === 'by-hand')).toHaveLength(1)
  expect(backups[0]!.createdAt).toBe(nowMs + 15 * 86_400_000)
  expect(readdirSync(join(workspace, 'backups')).filter(name => !name.endsWith('.sqlite'))).toEqual([])
  registry.close()
})

test('the lock has one owner, says so to the second, and is free at once when the owner is killed', async () => {
  const own = lockWorkspace(workspace)
  expect(() => lockWorkspace(workspace)).toThrow(expect.objectContaining({ code: 'workspace-locked' }))
  own.release()
  const code = `const { lockWorkspace } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)}); lockWorkspace(${JSON.stringify(workspace)}); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  })
  await new Promise(resolve => child.stdout.once('data', resolve))
  expect(() => lockWorkspace(workspace)).toThrow(expect.objectContaining({ code: 'workspace-locked' }))
  const exited = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exited
  lockWorkspace(workspace).release()
})

test('a folder that cannot be written, or is a file, is refused with the mend', async () => {
  const file = join(workspace, 'file')
  await writeFile(file, '')
  expect(() => lockWorkspace(join(file, 'inside'))).toThrow(expect.objectContaining({ code: 'workspace-read-only' }))
  if (process.getuid?.() !== 0) {
    const readOnly = join(workspace, 'read-only')
    await mkdir(readOnly)
    await chmod(readOnly, 0o500)
    expect(() => lockWorkspace(readOnly)).toThrow(expect.objectContaining({ code: 'workspace-read-only' }))
  }
})

test.each([
  ['/mnt/team/work', 'nfs4', 'network file system (nfs4)'],
  ['/mnt/team/work', 'fuse.sshfs', 'network file system'],
  ['/mnt/team/work', 'ext4', null],
  ['/mnt/team', 'cifs', 'network file system'],
  ['/mnt/teamwork', 'cifs', null],
])('a workspace in %s on %s: %s', (folder, type, expected) => {
  const mounts = `1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 0:5 / /mnt/team rw shared:1 - ${type} server:/x rw\n`
  const hazard = folderHazard(folder, { mounts, exists: () => false })
  if (expected === null) expect(hazard).toBe(null)
  else expect(hazard).toContain(expected)
})

test('synchronised folders are told by their markers and names', async () => {
  const exists = (path: string) => path === join('/home/me/Sync', '.stfolder')
  expect(folderHazard('/home/me/Sync/lathe', { mounts: '', exists })).toContain('Syncthing')
  const none = { mounts: '', exists: () => false }
  expect(folderHazard('/Users/me/OneDrive - Firm/lathe', none)).toContain('OneDrive')
  expect(folderHazard('/Users/me/Library/Mobile Documents/x', none)).toContain('iCloud')
  expect(folderHazard('\\\\server\\share\\x', none)).toContain('network share')
  await mkdir(join(workspace, '.dropbox.cache'))
  expect(() => refuseUnsafeFolder(join(workspace, 'deep', 'down'))).toThrow(
    expect.objectContaining({ code: 'workspace-unsafe' }),
  )
})

test('the content store keeps a file once; a bundle changed on disk is refused by name', async () => {
  const registry = await openRegistry(workspace, { nowMs })
  const folder = join(workspace, 'bundle')
  await mkdir(folder)
  const content = 'the model'
  await writeFile(join(folder, 'model.onnx'), content)
  const text = bundleManifestText([
    { path: 'model.onnx', sha256: sha256(content), sizeBytes: content.length, role: 'model' },
  ])
  await writeFile(join(folder, 'bundle.json'), text)
  const bundle = await registry.bundles.adopt(folder)
  expect(await registry.bundles.adopt(folder)).toEqual(bundle)
  expect(bundle.digest).toBe(`sha256:${sha256(text)}`)
  registry.bundles.record(bundle, nowMs)
  await registry.bundles.place(bundle.digest, join(workspace, 'placed'))
  expect(readFileSync(join(workspace, 'placed', 'model.onnx'), 'utf8')).toBe(content)
  const stored = registry.store.pathOf(sha256(content))
  await chmod(stored, 0o644)
  await writeFile(stored, 'another model')
  await expect(registry.bundles.place(bundle.digest, join(workspace, 'again'))).rejects.toMatchObject({
    code: 'digest-mismatch',
    message: expect.stringContaining('model.onnx'),
  })
  await rm(stored)
  await expect(registry.bundles.place(bundle.digest, join(workspace, 'third'))).rejects.toMatchObject({
    code: 'not-found',
  })
  expect(existsSync(join(workspace, 'tmp')) ? readdirSync(join(workspace, 'tmp')) : []).toEqual([])
  registry.close()
})
