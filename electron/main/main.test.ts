import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readTree } from '../../e2e/checks/source-tree.ts'
import { menuTemplate, rooms } from './menu.ts'
import { openedFiles } from './opened-files.ts'
import { electronStandIn } from './testing/electron.ts'
import { windowPlace } from './window-place.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-main-'))
})
afterEach(async () => {
  vi.doUnmock('electron')
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

async function startMain({ isFirst = true } = {}) {
  vi.resetModules()
  const standIn = electronStandIn()
  standIn.world.isFirstInstance = isFirst
  standIn.world.paths.set('appData', folder)
  vi.stubEnv('LATHE_WORKSPACE', join(folder, 'Lathe'))
  vi.doMock('electron', () => standIn.main)
  await import('./main.ts')
  return standIn
}

test('before Electron is ready the scheme is privileged, and its own files lie outside the workspace', async () => {
  const { world, app } = await startMain()
  expect(world.privileged.has('app')).toBe(true)
  expect(world.paths.get('userData')).toMatch(/Lathe Desktop.[0-9a-f]{12}$/)
  expect(app.switches).toContain('disable-background-networking')
  expect(app.listenerCount('open-file')).toBe(1)
  expect(world.hasQuit).toBe(false)
})

test('a second start gives its place to the first', async () => {
  const { world, app } = await startMain({ isFirst: false })
  expect(world.hasQuit).toBe(true)
  expect(app.listenerCount('second-instance')).toBe(0)
})

test('of the arguments of a start only data files are opened', () => {
  const args = ['--flag', '.', '/data/a.CSV', 'b.parquet', 'notes.md', '--x=c.csv']
  expect(openedFiles(args, '/here')).toEqual(['/data/a.CSV', '/here/b.parquet'])
  const urls = ['file:///data/with%20space.csv', 'file://elsewhere/b.csv', 'file:///data/notes.md', 'file:///%ff.csv']
  expect(openedFiles(urls, '/here')).toEqual(['/data/with space.csv'])
})

const actions = {
  openFile() {},
  go() {},
  back() {},
  forward() {},
  askPassphrase() {},
  showWorkspace() {},
  showEngineLog() {},
}

test('every system has its menu, with quitting where it looks for it', () => {
  for (const platform of ['linux', 'win32', 'darwin'] as const) {
    const { main } = electronStandIn()
    const template = menuTemplate(platform, actions)
    expect(() => main.Menu.buildFromTemplate(template), platform).not.toThrow()
    expect(JSON.stringify(template)).toContain('"role":"quit"')
    expect(template[0]?.role).toBe(platform === 'darwin' ? 'appMenu' : undefined)
    expect(JSON.stringify(template).includes('Command+[')).toBe(platform === 'darwin')
  }
})

test('the menu has the rooms of the window', () => {
  const screens = [...readTree(['renderer/screens'], ['.ts', '.tsx'])]
    .filter(([path]) => /screens\/[a-z]+\/index\.ts$/.test(path))
    .map(([, text]) => /id: '([a-z]+)'/.exec(text)?.[1])
  expect(screens.sort()).toEqual(rooms.map(([id]) => id).sort())
})

test('a window opens where it was, unless that cannot be reached any more', () => {
  const left = { x: 0, y: 0, width: 1920, height: 1040 }
  const right = { x: 1920, y: 0, width: 1280, height: 984 }
  expect(windowPlace(null, [left])).toEqual({ width: 1440, height: 900 })
  expect(windowPlace(null, [{ x: 0, y: 0, width: 1024, height: 700 }])).toEqual({ width: 1024, height: 700 })
  const saved = { x: 2000, y: 50, width: 1400, height: 800 }
  expect(windowPlace(saved, [left, right])).toEqual({ x: 2000, y: 50, width: 1280, height: 800 })
  expect(windowPlace(saved, [left])).toEqual({ width: 1400, height: 800 })
  for (const y of [-500, 1030]) expect(windowPlace({ ...saved, x: 10, y }, [left])).not.toHaveProperty('x')
  expect(windowPlace({ x: -1300, y: 10, width: 1400, height: 800 }, [left])).not.toHaveProperty('x')
})
