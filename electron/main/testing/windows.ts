import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { Emitter, preventable, type World } from './world.ts'

/** Members that type-check against the real ones; events are the emitter's. */
type RealContents = Pick<
  Electron.WebContents,
  'isLoading' | 'reload' | 'send' | 'setWindowOpenHandler' | 'isDestroyed' | 'forcefullyCrashRenderer'
> & { navigationHistory: Pick<Electron.NavigationHistory, 'goBack' | 'goForward'> }
type RealWindow = Pick<
  Electron.BrowserWindow,
  | 'show'
  | 'focus'
  | 'close'
  | 'restore'
  | 'maximize'
  | 'isMaximized'
  | 'isMinimized'
  | 'isDestroyed'
  | 'getNormalBounds'
  | 'loadURL'
>
export type Frame = Pick<Electron.WebFrameMain, 'url' | 'origin' | 'frameTreeNodeId'> & { parent: Frame | null }

let frames = 0

/** A frame of its own with each call. */
export function frame(url: string, parent: Frame | null = null): Frame {
  const { protocol, host } = new URL(url)
  frames += 1
  return { url, origin: `${protocol}//${host}`, parent, frameTreeNodeId: frames }
}

export class Contents extends Emitter implements RealContents {
  readonly #world: World
  mainFrame = frame('about:blank')
  loads = 0
  isBusy = false
  isGone = false
  /** Its process runs for ever: nothing that is asked of the page happens until that process is ended. */
  hangs = false
  wentBack = 0
  answer: Response | null = null
  #openHandler: ((details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse) | null = null

  constructor(world: World) {
    super([
      'will-frame-navigate',
      'will-redirect',
      'will-attach-webview',
      'render-process-gone',
      'did-finish-load',
      'did-fail-load',
    ])
    this.#world = world
  }

  readonly navigationHistory = {
    goBack: () => {
      this.wentBack += 1
    },
    goForward: () => {
      this.wentBack -= 1
    },
  }

  isLoading(): boolean {
    return this.isBusy
  }

  isDestroyed(): boolean {
    return this.isGone
  }

  reload(): void {
    if (!this.hangs) void this.load(this.mainFrame.url)
  }

  forcefullyCrashRenderer(): void {
    this.hangs = false
    queueMicrotask(() => this.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 }))
  }

  /** What is sent must survive the way to another process. */
  send(channel: string, ...sent: unknown[]): void {
    if (this.isGone) throw new Error('Object has been destroyed')
    this.#world.heard.emit(channel, {}, ...structuredClone(sent))
  }

  setWindowOpenHandler(handler: (details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse): void {
    this.#openHandler = handler
  }

  async load(url: string): Promise<void> {
    const handler = this.#world.handlers.get(new URL(url).protocol.slice(0, -1))
    if (!handler) throw new Error(`ERR_UNKNOWN_URL_SCHEME (-302) loading '${url}'`)
    this.isBusy = true
    this.mainFrame = frame(url)
    this.answer = await handler(new Request(url))
    this.isBusy = false
    this.loads += 1
    this.emit('did-finish-load')
  }

  /** As a link, a script or a dropped file would; true when the page may go there. */
  navigates(url: string, isMainFrame = true): boolean {
    const details = Object.assign(preventable(), { url, isMainFrame })
    this.emit('will-frame-navigate', details)
    return !details.defaultPrevented
  }

  opens(url: string): 'allow' | 'deny' {
    const details = {
      url,
      frameName: '',
      features: '',
      disposition: 'foreground-tab',
      referrer: { url: '', policy: '' },
    }
    return this.#openHandler?.(details as unknown as Electron.HandlerDetails).action ?? 'allow'
  }
}

/** What of `webPreferences` this house holds to be unsafe is refused as if Electron did. */
function checkPreferences(given: Electron.WebPreferences = {}): void {
  const unsafe = [
    given.contextIsolation === false && 'contextIsolation: false',
    given.sandbox === false && 'sandbox: false',
    given.nodeIntegration && 'nodeIntegration',
    given.nodeIntegrationInSubFrames && 'nodeIntegrationInSubFrames',
    given.nodeIntegrationInWorker && 'nodeIntegrationInWorker',
    given.webSecurity === false && 'webSecurity: false',
    given.allowRunningInsecureContent && 'allowRunningInsecureContent',
    given.webviewTag && 'webviewTag',
    given.experimentalFeatures && 'experimentalFeatures',
  ].filter(Boolean)
  if (unsafe.length > 0) throw new Error(`Unsafe webPreferences: ${unsafe.join(', ')}`)
  const { preload } = given
  if (preload === undefined) return
  if (!isAbsolute(preload)) throw new Error(`preload script must have absolute path: ${preload}`)
  if (preload.endsWith('.mjs')) throw new Error('A sandboxed preload script cannot be an ES module')
  if (!existsSync(preload)) throw new Error(`Unable to load preload script: ${preload}`)
}

export function windowClass(world: World, app: Emitter) {
  const windows: StandInWindow[] = []
  class StandInWindow extends Emitter implements RealWindow {
    static readonly all = windows
    readonly options: Electron.BrowserWindowConstructorOptions
    readonly webContents: Contents
    isShown: boolean
    isFocused = false
    minimized = false
    maximized = false
    #isGone = false

    constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
      super(['ready-to-show', 'resize', 'move', 'close', 'closed', 'unresponsive'])
      if (!world.isReady) throw new Error('Cannot create BrowserWindow before app is ready')
      checkPreferences(options.webPreferences)
      this.options = options
      this.isShown = options.show !== false
      this.webContents = new Contents(world)
      windows.push(this)
      app.emit('web-contents-created', preventable(), this.webContents)
    }

    static fromWebContents(contents: unknown): StandInWindow | null {
      return windows.find(({ webContents }) => webContents === contents) ?? null
    }

    #check(): void {
      if (this.#isGone) throw new TypeError('Object has been destroyed')
    }

    async loadURL(url: string): Promise<void> {
      this.#check()
      await this.webContents.load(url)
      if (!this.#isGone) this.emit('ready-to-show')
    }

    show(): void {
      this.#check()
      this.isShown = true
    }

    focus(): void {
      this.#check()
      this.isFocused = true
    }

    restore(): void {
      this.minimized = false
    }

    /** "This will also show (but not focus) the window if it isn't being displayed already." */
    maximize(): void {
      this.#check()
      this.maximized = true
      this.isShown = true
    }

    isMaximized(): boolean {
      this.#check()
      return this.maximized
    }

    isMinimized(): boolean {
      this.#check()
      return this.minimized
    }

    isDestroyed(): boolean {
      return this.#isGone
    }

    getNormalBounds(): Electron.Rectangle {
      this.#check()
      const { x = 0, y = 0, width = 800, height = 600 } = this.options
      return { x, y, width, height }
    }

    close(): void {
      this.#check()
      const event = preventable()
      this.emit('close', event)
      if (event.defaultPrevented) return
      this.#isGone = true
      this.webContents.isGone = true
      windows.splice(windows.indexOf(this), 1)
      this.emit('closed')
      if (windows.length === 0 && !world.hasQuit) app.emit('window-all-closed')
    }
  }
  return StandInWindow
}
