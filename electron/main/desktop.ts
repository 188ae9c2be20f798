import { join } from 'node:path'
import { app, BrowserWindow, dialog, Menu, protocol, session, shell } from 'electron'
import type { AppError } from '../../shared/errors.ts'
import { shellChannels } from '../../shared/shell.ts'
import type { RuntimeInfo } from '../headless/join-engine.ts'
import { appScheme, createAppHandler } from './app-handler.ts'
import { askBeforeClosing } from './closing.ts'
import { DesktopEngine } from './desktop-engine.ts'
import type { EngineFiles } from './engine-files.ts'
import { guardAllContents, guardSession } from './guards.ts'
import { holdFile } from './held-files.ts'
import { answerPage, pickFile } from './ipc.ts'
import { Keychain } from './keychain.ts'
import { menuTemplate } from './menu.ts'
import { dataEndings } from './opened-files.ts'
import { SettingsFile } from './settings.ts'
import { createWindow } from './window.ts'

export interface DesktopOptions {
  /** Absolute. */
  workspace: string
  /** Of the built page. */
  pageFolder: string
  /** Absolute path of the preload script. */
  preload: string
  engine(): Promise<EngineFiles>
}

/** Before Electron is ready: the scheme of the page is one with an origin, a secure context and streamed answers. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ])
}

/** The desktop shell of one workspace, once Electron is ready: a window on the engine, and what only a shell can do. */
export class Desktop {
  readonly #options: DesktopOptions
  readonly #settings: SettingsFile
  readonly #engine: DesktopEngine
  #window: BrowserWindow | null = null
  #isQuitting = false

  constructor(options: DesktopOptions) {
    this.#options = options
    const folder = app.getPath('userData')
    this.#settings = new SettingsFile(join(folder, 'desktop.json'))
    const keychain = new Keychain({ folder, workspace: options.workspace })
    this.#engine = new DesktopEngine({
      ...options,
      keychain,
      onTrouble: error => void this.#tellTrouble(error),
    })
  }

  /** `files` are what the shell was started to open. */
  start(files: string[]): void {
    const { pageFolder, workspace } = this.#options
    guardAllContents(contents => BrowserWindow.fromWebContents(contents))
    guardSession(session.defaultSession)
    protocol.handle(appScheme, createAppHandler({ pageFolder, link: this.#engine.link }))
    answerPage({
      hold: path => this.#withEngine(engine => holdFile(engine, path)),
      keepPassphrase: passphrase => this.#engine.keepPassphrase(passphrase),
    })
    app.on('before-quit', () => {
      this.#isQuitting = true
    })
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin' || this.#isQuitting) app.quit()
    })
    app.on('activate', () => this.show())
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(
        menuTemplate(process.platform, {
          openFile: () => void this.#chooseFile(),
          go: path => this.show(path),
          back: () => this.#window?.webContents.navigationHistory.goBack(),
          forward: () => this.#window?.webContents.navigationHistory.goForward(),
          askPassphrase: () => this.#say(shellChannels.askPassphrase),
          showWorkspace: () => void shell.openPath(workspace),
          showEngineLog: () => shell.showItemInFolder(join(workspace, 'engine.log')),
        }),
      ),
    )
    this.show()
    void this.open(files)
  }

  /** Brings the window to the front, made anew where it was closed, and to a place in it. */
  show(path?: string): void {
    if (this.#window === null) {
      this.#window = this.#makeWindow(path ?? '/')
      return
    }
    if (this.#window.isMinimized()) this.#window.restore()
    this.#window.focus()
    if (path !== undefined) this.#say(shellChannels.go, path)
  }

  /** Shows the import of a file; of several the last one. */
  async open(files: string[]): Promise<void> {
    const path = files.at(-1)
    if (path === undefined) return
    try {
      const { file, name } = await this.#withEngine(engine => holdFile(engine, path))
      this.show(`/data?${new URLSearchParams({ file, name })}`)
    } catch {
      // There is no engine, which the person is being told.
    }
  }

  #makeWindow(path: string): BrowserWindow {
    const quit = () => app.quit()
    const window = createWindow({ preload: this.#options.preload, settings: this.#settings, path, quit })
    askBeforeClosing(window, {
      settings: this.#settings,
      countJobs: () => this.#engine.countJobs(),
      cancelJobs: () => this.#engine.cancelJobs(),
      onStay: () => {
        this.#isQuitting = false
      },
      onLeave: () => {
        if (this.#isQuitting) setImmediate(() => app.quit())
      },
    })
    window.on('closed', () => {
      this.#window = null
    })
    return window
  }

  /** To the page, now or as soon as it is there. */
  #say(channel: string, message?: string): void {
    const contents = this.#window?.webContents
    if (!contents) return
    if (contents.isLoading()) contents.once('did-finish-load', () => contents.send(channel, message))
    else contents.send(channel, message)
  }

  async #chooseFile(): Promise<void> {
    const path = await pickFile(this.#window, dataEndings)
    if (path !== null) await this.open([path])
  }

  async #withEngine<Answer>(work: (engine: RuntimeInfo) => Promise<Answer>): Promise<Answer> {
    return work(await this.#engine.link.current())
  }

  async #tellTrouble(error: AppError): Promise<void> {
    const options = {
      type: 'error' as const,
      message: error.message,
      detail: error.mend ?? '',
      buttons: ['Try again', 'Quit'],
      defaultId: 0,
      cancelId: 0,
    }
    const { response } = await (this.#window
      ? dialog.showMessageBox(this.#window, options)
      : dialog.showMessageBox(options))
    if (response === 1) return app.quit()
    this.#engine.link.retry()
    this.#window?.webContents.reload()
  }
}
