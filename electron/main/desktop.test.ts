import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { AppError } from '../../shared/errors.ts'
import { type HeldFile, type Shell, shellChannels } from '../../shared/shell.ts'
import { clientOf, engineProgram, findEngine, joinEngine, stopEngine } from '../headless/join-engine.ts'
import type { Desktop as DesktopClass } from './desktop.ts'
import { electronStandIn, invoke } from './testing/electron.ts'
import { frame } from './testing/windows.ts'

let folder: string
let workspace: string
let standIn: ReturnType<typeof electronStandIn>
let desktop: DesktopClass
let shell: Shell
const engine = async () => ({ node: process.execPath, program: engineProgram })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-desktop-'))
  workspace = join(folder, 'workspace')
  await mkdir(join(folder, 'page'))
  await writeFile(join(folder, 'page', 'index.html'), '<title>Lathe</title>')
  await writeFile(join(folder, 'preload.cjs'), '')
  await writeFile(join(folder, 'own.csv'), 'a,b\n1,2\n3,4\n')
})
afterAll(async () => {
  const running = await findEngine(workspace)
  if (running) await stopEngine(running)
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
})

beforeEach(async () => {
  vi.resetModules()
  standIn = electronStandIn()
  standIn.world.paths.set('userData', await mkdtemp(join(folder, 'user-')))
  vi.doMock('electron', () => standIn.main)
  const { Desktop, registerAppScheme } = await import('./desktop.ts')
  registerAppScheme()
  standIn.app.becomeReady()
  const options = { workspace, pageFolder: join(folder, 'page'), preload: join(folder, 'preload.cjs'), engine }
  desktop = new Desktop(options)
  desktop.start([])
  await expect.poll(() => window().isShown).toBe(true)
  vi.doMock('electron', () => standIn.preload)
  await import('../preload/preload.ts')
  shell = standIn.world.exposed.get('lathe') as Shell
})
afterEach(() => {
  vi.doUnmock('electron')
})

const window = () => standIn.windows()[0]!
const ask = (senderFrame: unknown, channel: string, input?: unknown) =>
  invoke(standIn.world, { sender: window().webContents, senderFrame }, channel, input)

test('the window shows the built page from a scheme with an origin, sandboxed and without Node', async () => {
  const { world } = standIn
  expect(world.privileged.get('app')).toMatchObject({
    standard: true,
    secure: true,
    supportFetchAPI: true,
    stream: true,
  })
  expect(world.privileged.get('app')?.bypassCSP).toBeUndefined()
  expect(window().options.webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
  })
  expect(window().webContents.mainFrame.url).toBe('app://lathe/')
  expect(window().webContents.answer?.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await window().webContents.answer?.text()).toContain('Lathe')
})

test('the page stays where it is: no navigation, no window, no frame, and outside only by https and asked', async () => {
  const { world } = standIn
  const contents = window().webContents
  expect(contents.navigates('app://lathe/train')).toBe(true)
  for (const url of [
    'https://example.com/',
    'file:///etc/passwd',
    'app://lathe.evil/',
    'data:text/html,x',
    'javascript:0',
  ])
    expect(contents.navigates(url), url).toBe(false)
  expect(contents.navigates('app://lathe/', false)).toBe(false)
  await expect.poll(() => world.boxes).toHaveLength(1)
  expect(world.openedOutside).toEqual([])

  world.onBox = () => ({ response: 1 })
  for (const url of ['http://example.com/', 'https://user:secret@example.com/', 'file:///etc/passwd', 'mailto:a@b.c']) {
    expect(contents.opens(url)).toBe('deny')
  }
  expect(contents.opens('https://example.com/paper?x=1')).toBe('deny')
  await expect.poll(() => world.openedOutside).toEqual(['https://example.com/paper?x=1'])
  expect(world.boxes.at(-1)?.message).toContain('example.com')
})

test('permissions, foreign requests and foreign downloads are refused; copying is not', () => {
  const { session } = standIn
  const permitted = (permission: string, requestingUrl = 'app://lathe/data') => {
    let answered: boolean | null = null
    const take = (granted: boolean) => {
      answered = granted
    }
    const call = session.onPermission as unknown as (...given: unknown[]) => void
    call(window().webContents, permission, take, { requestingUrl })
    const check = session.onCheck as unknown as (...given: unknown[]) => boolean
    expect(check(window().webContents, permission, requestingUrl)).toBe(answered)
    return answered
  }
  expect(permitted('clipboard-sanitized-write')).toBe(true)
  expect(permitted('clipboard-sanitized-write', 'https://example.com/')).toBe(false)
  for (const each of [
    'clipboard-read',
    'media',
    'geolocation',
    'notifications',
    'openExternal',
    'fileSystem',
    'unknown',
  ])
    expect(permitted(each), each).toBe(false)
  const isCancelled = (url: string) => {
    const decisions: unknown[] = []
    session.onRequest!({ url }, ({ cancel }) => decisions.push(cancel))
    return decisions[0]
  }
  expect(['app://lathe/rpc/x', 'data:,x', 'blob:app://lathe/1'].map(isCancelled)).toEqual([false, false, false])
  expect(['https://example.com/', 'http://127.0.0.1/', 'app://lathe.evil/', 'file:///x'].map(isCancelled)).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(session.checksSpelling).toBe(false)
})

test('nobody but the top frame of the page is answered', async () => {
  const { mainFrame } = window().webContents
  const foreign = [
    null,
    frame('https://example.com/'),
    frame('app://lathe/', mainFrame),
    frame('app://lathe.evil/'),
    frame('app://lathe/'),
  ]
  for (const each of foreign) {
    for (const channel of [shellChannels.pickFile, shellChannels.holdDropped, shellChannels.keepPassphrase]) {
      await expect(ask(each, channel, join(folder, 'own.csv'))).rejects.toThrow(/Only the page of Lathe/)
    }
  }
  for (const input of [7, 'relative.csv', undefined, ['x']]) {
    await expect(ask(mainFrame, shellChannels.holdDropped, input)).rejects.toThrow(/No such file/)
  }
  await expect(ask(mainFrame, shellChannels.pickFile, ['.csv', '../x'])).rejects.toThrow(/No such endings/)
})

test('chosen and dropped files reach the engine by their path, the page by a reference', async () => {
  const { world } = standIn
  expect(await shell.pickFile(['.csv'])).toBeNull()
  world.chosenFiles = [join(folder, 'own.csv')]
  const picked = (await shell.pickFile(['.csv', '.xlsx'])) as HeldFile
  const file = new File([], 'anything')
  expect(await shell.holdDropped(file)).toBeNull()
  world.pathOfFile.set(file, join(folder, 'own.csv'))
  const dropped = (await shell.holdDropped(file)) as HeldFile
  const client = clientOf(await joinEngine(workspace))
  for (const { file, name } of [picked, dropped]) {
    expect(file).toMatch(/^held:[0-9a-f]{24}$/)
    expect(name).toBe('own.csv')
    expect((await client.datasets.preview({ file, options: {} })).columns).toHaveLength(2)
  }
})

test('files that Lathe is opened with and the places of the menu are shown in the page', async () => {
  const heard: string[] = []
  await desktop.open([join(folder, 'none.csv'), join(folder, 'own.csv')])
  const stop = shell.onGo(path => heard.push(path))
  expect(heard[0]).toMatch(/^\/data\?file=held%3A[0-9a-f]+&name=own.csv$/)
  const go = standIn.world.menu.find(({ label }) => label === '&Go')?.submenu as Electron.MenuItemConstructorOptions[]
  const click = (label: string) => {
    const { click: act } = go.find(item => item.label === label)!
    ;(act as unknown as () => void)()
  }
  click('Models')
  expect(heard[1]).toBe('/models')
  click('Back')
  expect(window().webContents.wentBack).toBe(1)
  stop()
  window().minimized = true
  desktop.show('/train')
  expect(heard).toHaveLength(2)
  expect([window().minimized, window().isFocused]).toEqual([false, true])
})

test('a window without jobs closes at once and leaves its place', async () => {
  const { world } = standIn
  window().close()
  await expect.poll(() => standIn.windows()).toHaveLength(0)
  expect(world.hasQuit).toBe(process.platform !== 'darwin')
  const settings = JSON.parse(await readFile(join(world.paths.get('userData')!, 'desktop.json'), 'utf8'))
  expect(settings.bounds).toMatchObject({ width: 1440, height: 900 })
})

test('closing with jobs: stay, let them go on, and never ask again', async () => {
  const { world } = standIn
  const client = clientOf(await joinEngine(workspace))
  const rows = Array.from({ length: 400 }, (_, i) => `${i},${(i * 7) % 13},${i % 3 === 0 ? 'yes' : 'no'}`)
  await writeFile(join(folder, 'rows.csv'), `a,b,target\n${rows.join('\n')}\n`)
  await client.datasets.import({ file: join(folder, 'rows.csv'), name: 'rows', target: 'target' })
  await expect.poll(async () => (await client.datasets.list()).datasets.map(d => d.dataset)).toContain('rows')
  const parameters = { rounds: 100_000, 'early-stopping': 0, 'learning-rate': 0.00001 }
  await client.runs.train({ dataset: 'rows', target: 'target', algorithm: 'gradient-boosting', parameters })

  world.onBox = () => ({ response: 2 })
  standIn.app.quit()
  await expect.poll(() => world.boxes.at(-1)?.buttons).toContain('Let them go on')
  await new Promise(resolve => setTimeout(resolve, 50))
  expect([world.hasQuit, standIn.windows().length]).toEqual([false, 1])

  world.onBox = () => ({ response: 0, checkboxChecked: true })
  standIn.app.quit()
  await expect.poll(() => world.hasQuit).toBe(true)
  const { jobs } = await client.jobs.list({})
  expect(jobs.filter(({ endedAt }) => endedAt === null)).toHaveLength(1)
  const settings = JSON.parse(await readFile(join(world.paths.get('userData')!, 'desktop.json'), 'utf8'))
  expect(settings.keepsJobs).toBe(true)
  for (const { job, endedAt } of jobs) if (endedAt === null) await client.jobs.cancel({ job })
  const areOver = async () => (await client.jobs.list({})).jobs.every(({ endedAt }) => endedAt !== null)
  await expect.poll(areOver).toBe(true)
})

test('a page that crashed comes back with a message; one that crashes again asks first', async () => {
  const { world } = standIn
  const { webContents } = window()
  webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 })
  await expect.poll(() => webContents.loads).toBe(2)
  expect(world.boxes.at(-1)?.message).toBe('The page crashed and was opened again')
  world.onBox = () => ({ response: 1 })
  webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 1 })
  await expect.poll(() => world.hasQuit).toBe(true)
  expect(webContents.loads).toBe(2)
})

test('a page that does not answer is ended before it is loaded anew, which is no crash', async () => {
  const { world } = standIn
  const { webContents } = window()
  webContents.hangs = true
  world.onBox = () => ({ response: 1 })
  window().emit('unresponsive')
  await expect.poll(() => webContents.loads).toBe(2)
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(world.boxes.map(({ message }) => message)).toEqual(['The page does not answer'])
})

test('a window that was maximized shows only once there is something to see', async () => {
  const { SettingsFile } = await import('./settings.ts')
  const { createWindow } = await import('./window.ts')
  vi.doMock('electron', () => standIn.main)
  const settings = new SettingsFile(join(standIn.world.paths.get('userData')!, 'other.json'))
  settings.save({ isMaximized: true })
  createWindow({ preload: join(folder, 'preload.cjs'), settings, path: '/', quit() {} })
  const second = standIn.windows()[1]!
  expect(second.isShown).toBe(false)
  await expect.poll(() => [second.isShown, second.maximized]).toEqual([true, true])
})

test('a passphrase is kept by the keychain once it opened the secrets, and opens them at the next start', async () => {
  const { world } = standIn
  world.keychain = null
  expect((await shell.keepPassphrase('correct horse')).refused).toMatch(/keychain/)
  world.keychain = 'gnome_libsecret'
  expect(await shell.keepPassphrase('correct horse')).toEqual({ refused: null })
  const client = clientOf(await joinEngine(workspace))
  expect((await client.secrets.status()).unlocked).toBe(true)
  await client.secrets.set({ name: 'registry:example', value: 'x' })
  expect((await shell.keepPassphrase('another')).refused).toMatch(/does not open/)
  expect((await shell.keepPassphrase('two\nlines')).refused).toMatch(/one line/)

  const answer = await standIn.world.handlers.get('app')!(new Request('app://lathe/api/secrets'))
  expect(await answer.json()).toMatchObject({ unlocked: true, names: ['registry:example'] })
})

test('trouble with the engine is told once, and tried again when the person says so', async () => {
  const { world } = standIn
  const { DesktopEngine } = await import('./desktop-engine.ts')
  const told: AppError[] = []
  const keychain = { read: async () => null } as never
  const broken = new DesktopEngine({
    workspace: join(folder, 'elsewhere'),
    engine: async () => ({ node: join(folder, 'no-such-node'), program: engineProgram }),
    keychain,
    onTrouble: error => told.push(error),
  })
  await expect(broken.link.current()).rejects.toThrow(/could not be started: spawn .*no-such-node/)
  expect(told).toHaveLength(1)
  expect(world.boxes).toHaveLength(0)
})

test('an engine that an older version left is replaced', async () => {
  const before = await joinEngine(workspace)
  vi.resetModules()
  vi.doMock('electron', () => standIn.main)
  vi.doMock('../../shared/version.ts', () => ({ latheVersion: '9.9.9' }))
  const { DesktopEngine } = await import('./desktop-engine.ts')
  vi.doUnmock('../../shared/version.ts')
  const keychain = { read: async () => null } as never
  const newer = new DesktopEngine({ workspace, engine, keychain, onTrouble() {} })
  const after = await newer.link.current()
  expect(after.boot).not.toBe(before.boot)
  expect((await findEngine(workspace))?.boot).toBe(after.boot)
})
