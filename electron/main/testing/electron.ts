import { windowClass } from './windows.ts'
import { Emitter, preventable, strict, World } from './world.ts'

/**
 * A stand-in for `electron`, for the tests of main and preload: its members type-check against the real types, and it refuses what
 * Electron would refuse. One for each test: `vi.doMock('electron', () => standIn.main)`, then the import.
 */
export function electronStandIn() {
  const world = new World()
  const app = makeApp(world)
  const Window = windowClass(world, app)
  app.windows = () => [...Window.all]
  const session = makeSession(world)
  const main = {
    app: strict('app', app),
    BrowserWindow: Window,
    protocol: strict('protocol', makeProtocol(world)),
    ipcMain: strict('ipcMain', makeIpcMain(world)),
    dialog: strict('dialog', makeDialog(world)),
    Menu: strict('Menu', makeMenu(world)),
    shell: strict('shell', makeShell(world)),
    screen: strict('screen', makeScreen(world)),
    safeStorage: strict('safeStorage', makeSafeStorage(world)),
    nativeTheme: strict('nativeTheme', { shouldUseDarkColors: false }),
    session: strict('session', {
      get defaultSession() {
        world.needReady('Session')
        return session
      },
    }),
  }
  const windows = () => Window.all
  return { world, main, app, session, windows, preload: makePreload(world, windows) }
}

class App
  extends Emitter
  implements Pick<Electron.App, 'getPath' | 'setPath' | 'quit' | 'whenReady' | 'setAppUserModelId'>
{
  readonly #world: World
  readonly #ready = Promise.withResolvers<void>()
  windows: () => { close(): void }[] = () => []
  readonly switches: string[] = []
  readonly commandLine: Pick<Electron.CommandLine, 'appendSwitch'> = {
    appendSwitch: name => {
      if (this.#world.isReady) throw new Error('Too late: Chromium has read its switches')
      this.switches.push(name)
    },
  }

  constructor(world: World) {
    super(['web-contents-created', 'before-quit', 'window-all-closed', 'activate', 'open-file', 'second-instance'])
    this.#world = world
  }

  get isPackaged(): boolean {
    return this.#world.isPackaged
  }

  /** The test decides when. */
  becomeReady(): void {
    this.#world.isReady = true
    this.#ready.resolve()
  }

  getPath(name: Parameters<Electron.App['getPath']>[0]): string {
    const path = this.#world.paths.get(name)
    if (path === undefined) throw new Error(`Failed to get '${name}' path`)
    return path
  }

  setPath(name: string, path: string): void {
    if (name === 'userData' && this.#world.isReady) throw new Error('userData is in use already')
    this.#world.paths.set(name, path)
  }

  setAppUserModelId(): void {
    if (process.platform !== 'win32') throw new TypeError('app.setAppUserModelId is not a function')
  }

  requestSingleInstanceLock(): boolean {
    return this.#world.isFirstInstance
  }

  whenReady(): Promise<void> {
    return this.#ready.promise
  }

  /** As Electron's: a window that does not close ends the quitting. */
  quit(): void {
    const event = preventable()
    this.emit('before-quit', event)
    if (event.defaultPrevented) return
    for (const window of this.windows()) window.close()
    if (this.windows().length === 0) this.#world.hasQuit = true
  }
}

const makeApp = (world: World) => new App(world)

function makeProtocol(world: World): Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'> {
  return {
    registerSchemesAsPrivileged(schemes) {
      if (world.isReady) {
        throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
      }
      if (world.privileged.size > 0) throw new Error('registerSchemesAsPrivileged replaces what it was told before')
      for (const { scheme, privileges = {} } of schemes) world.privileged.set(scheme, privileges)
    },
    handle(scheme, handler) {
      world.needReady('Session')
      if (world.handlers.has(scheme)) throw new Error('Failed to register protocol: it is registered already')
      world.handlers.set(scheme, handler as unknown as (request: Request) => Promise<Response>)
    },
  }
}

function makeIpcMain(world: World): Pick<Electron.IpcMain, 'handle'> {
  return {
    handle(channel, listener) {
      if (world.answers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
      world.answers.set(channel, listener)
    },
  }
}

function makeDialog(world: World) {
  const withoutWindow = <Options>(given: [Options] | [{ isDestroyed(): boolean }, Options]): Options => {
    world.needReady('dialog')
    const [first, second] = given
    if (second === undefined) return first as Options
    if ((first as { isDestroyed(): boolean }).isDestroyed()) throw new TypeError('Object has been destroyed')
    return second
  }
  type Window = { isDestroyed(): boolean }
  return {
    async showMessageBox(
      ...given: [Electron.MessageBoxOptions] | [Window, Electron.MessageBoxOptions]
    ): Promise<Electron.MessageBoxReturnValue> {
      const box = withoutWindow(given)
      const count = box.buttons?.length ?? 1
      for (const id of [box.defaultId ?? 0, box.cancelId ?? 0]) {
        if (id < 0 || id >= count) throw new TypeError(`There is no button ${id}`)
      }
      world.boxes.push(box)
      return { response: box.cancelId ?? 0, checkboxChecked: false, ...world.onBox(box) }
    },
    async showOpenDialog(
      ...given: [Electron.OpenDialogOptions] | [Window, Electron.OpenDialogOptions]
    ): Promise<Electron.OpenDialogReturnValue> {
      const { filters = [] } = withoutWindow(given)
      for (const { extensions } of filters) {
        if (extensions.some(each => each.startsWith('.'))) throw new TypeError('Extensions are said without dots')
      }
      return { canceled: world.chosenFiles.length === 0, filePaths: world.chosenFiles }
    },
  }
}

const accelerator = /^((CommandOrControl|Control|Command|Alt|Shift)\+)*([A-Z0-9[\],]|F\d{1,2}|Left|Right|Plus)$/

function makeMenu(world: World) {
  const check = (items: Electron.MenuItemConstructorOptions[], taken: Set<string>) => {
    for (const item of items) {
      if (!item.label && !item.role && item.type !== 'separator') throw new TypeError('Invalid template for MenuItem')
      if (item.accelerator) {
        if (!accelerator.test(item.accelerator)) throw new TypeError(`No accelerator: ${item.accelerator}`)
        if (taken.has(item.accelerator)) throw new TypeError(`Given twice: ${item.accelerator}`)
        taken.add(item.accelerator)
      }
      if (Array.isArray(item.submenu)) check(item.submenu, taken)
    }
  }
  return {
    buildFromTemplate(template: Electron.MenuItemConstructorOptions[]) {
      check(template, new Set())
      return template
    },
    setApplicationMenu(menu: Electron.MenuItemConstructorOptions[]) {
      world.needReady('Menu')
      world.menu = menu
    },
  }
}

function makeShell(world: World): Pick<Electron.Shell, 'openExternal' | 'openPath' | 'showItemInFolder'> {
  return {
    openExternal: async url => void world.openedOutside.push(new URL(url).href),
    openPath: async path => {
      world.shownPaths.push(path)
      return ''
    },
    showItemInFolder: path => void world.shownPaths.push(path),
  }
}

function makeScreen(world: World) {
  const all = () => {
    world.needReady('screen')
    return world.displays
  }
  return { getAllDisplays: all, getPrimaryDisplay: () => all()[0]! }
}

type RealSafeStorage = Pick<
  Electron.SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>
function makeSafeStorage(world: World): RealSafeStorage {
  const turned = (bytes: Buffer) => Buffer.from(bytes.map(each => each ^ 0x5a))
  const check = () => {
    world.needReady('safeStorage')
    if (world.keychain === null) throw new Error('Encryption is not available.')
  }
  return {
    isAsyncEncryptionAvailable: async () => world.isReady && world.keychain !== null,
    getSelectedStorageBackend: () => (world.isReady ? (world.keychain ?? 'basic_text') : 'unknown'),
    async encryptStringAsync(text) {
      check()
      return turned(Buffer.from(text))
    },
    async decryptStringAsync(encrypted) {
      check()
      return { result: turned(encrypted).toString(), shouldReEncrypt: false }
    },
  }
}

type RealSession = Pick<
  Electron.Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'setSpellCheckerEnabled'
>
class StandInSession extends Emitter implements RealSession {
  checksSpelling = true
  onPermission: Parameters<Electron.Session['setPermissionRequestHandler']>[0] = null
  onCheck: Parameters<Electron.Session['setPermissionCheckHandler']>[0] = null
  onDevice: Parameters<Electron.Session['setDevicePermissionHandler']>[0] = null
  onRequest: ((details: { url: string }, answer: (decision: { cancel?: boolean }) => void) => void) | null = null
  readonly webRequest = {
    onBeforeRequest: (listener: NonNullable<StandInSession['onRequest']>) => {
      this.onRequest = listener
    },
  }

  setPermissionRequestHandler(handler: StandInSession['onPermission']): void {
    this.onPermission = handler
  }

  setPermissionCheckHandler(handler: StandInSession['onCheck']): void {
    this.onCheck = handler
  }

  setDevicePermissionHandler(handler: StandInSession['onDevice']): void {
    this.onDevice = handler
  }

  setSpellCheckerEnabled(enable: boolean): void {
    this.checksSpelling = enable
  }
}

const makeSession = (_world: World) => new StandInSession(['will-download'])

/** What a sandboxed preload script gets of `electron`, and nothing else of it. */
function makePreload(world: World, windows: () => { webContents: unknown }[]) {
  const ipcRenderer = {
    async invoke(channel: string, ...input: unknown[]): Promise<unknown> {
      const contents = windows()[0]?.webContents as { mainFrame: unknown }
      return invoke(world, { sender: contents, senderFrame: contents.mainFrame }, channel, ...input)
    },
    on: (channel: string, listener: (...given: unknown[]) => void) => world.heard.on(channel, listener),
  }
  const contextBridge: Pick<Electron.ContextBridge, 'exposeInMainWorld'> = {
    exposeInMainWorld(name, api) {
      if (world.exposed.has(name)) throw new Error(`Cannot bind an API on top of an existing property: ${name}`)
      world.exposed.set(name, api)
    },
  }
  const webUtils: Pick<Electron.WebUtils, 'getPathForFile'> = {
    getPathForFile(file) {
      if (!(file instanceof File)) throw new TypeError('The object is no File')
      return world.pathOfFile.get(file) ?? ''
    },
  }
  return { ipcRenderer, contextBridge, webUtils }
}

/** As a frame asks main: input and answer cross to another process, and of an error only its message does. */
export async function invoke(
  world: World,
  event: { sender: unknown; senderFrame: unknown },
  channel: string,
  ...input: unknown[]
): Promise<unknown> {
  const answer = world.answers.get(channel)
  try {
    if (!answer) throw new Error(`No handler registered for '${channel}'`)
    return structuredClone(await answer(event as Electron.IpcMainInvokeEvent, ...structuredClone(input)))
  } catch (error) {
    throw new Error(`Error invoking remote method '${channel}': ${error}`)
  }
}
