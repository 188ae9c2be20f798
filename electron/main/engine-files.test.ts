import { spawn } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packedEngine } from './engine-files.ts'

let folder: string
let packed: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-engine-files-'))
  packed = join(folder, 'mount', 'resources', 'engine')
  await mkdir(join(packed, 'out'), { recursive: true })
  await mkdir(join(packed, 'node'))
  await writeFile(join(packed, 'out', 'headless.js'), 'the engine')
  await copyFile('/bin/sleep', join(packed, 'node', 'node'))
  await chmod(join(packed, 'node', 'node'), 0o755)
  await writeFile(join(folder, 'Lathe.AppImage'), 'image')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const inAppImage = (more: NodeJS.ProcessEnv = {}) => ({
  APPIMAGE: join(folder, 'Lathe.AppImage'),
  APPDIR: join(folder, 'mount'),
  XDG_CACHE_HOME: join(folder, 'cache'),
  ...more,
})

test('an installed app runs its engine where it lies', async () => {
  expect(await packedEngine(packed, {})).toEqual({
    node: join(packed, 'node', process.platform === 'win32' ? 'node.exe' : 'node'),
    program: join(packed, 'out', 'headless.js'),
  })
})

test.runIf(process.platform === 'linux')(
  'the engine of an AppImage outlives its mount, and copies that are in use stay',
  async () => {
    const { node, program } = await packedEngine(packed, inAppImage())
    const running = spawn(node, ['60'], { stdio: 'ignore' })
    await new Promise(resolve => running.once('spawn', resolve))
    await rm(join(folder, 'mount', 'resources'), { recursive: true })
    expect(await readFile(program, 'utf8')).toBe('the engine')
    expect((await packedEngine(packed, inAppImage())).program).toBe(program)

    await mkdir(packed, { recursive: true })
    await writeFile(join(folder, 'Lathe.AppImage'), 'a newer image')
    const newer = await packedEngine(packed, inAppImage())
    expect(newer.program).not.toBe(program)
    const copies = () => readdir(join(folder, 'cache', 'lathe', 'engines'))
    expect(await copies()).toHaveLength(2)
    running.kill()
    await new Promise(resolve => running.once('close', resolve))
    await writeFile(join(folder, 'Lathe.AppImage'), 'the newest image')
    await packedEngine(packed, inAppImage())
    expect(await copies()).toHaveLength(1)
  },
)

test.runIf(process.platform === 'linux')('nothing of the mount is left in what the engine is started in', async () => {
  const mount = join(folder, 'mount')
  const { environment } = await packedEngine(
    packed,
    inAppImage({
      PATH: `${mount}:${mount}/usr/sbin:/usr/bin:/bin`,
      LD_LIBRARY_PATH: `${mount}/usr/lib`,
      HOME: '/home/x',
      EMPTY: '',
    }),
  )
  expect(environment).toEqual({
    PATH: '/usr/bin:/bin',
    HOME: '/home/x',
    EMPTY: '',
    XDG_CACHE_HOME: join(folder, 'cache'),
  })
})
