import { BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import { appOrigin } from './app-handler.ts'
import type { SettingsFile } from './settings.ts'
import { smallest, windowPlace } from './window-place.ts'

const savedAfterMs = 400
const crashesKeptMs = 60_000

export interface WindowOptions {
  /** Absolute path of the preload script. */
  preload: string
  settings: SettingsFile
  /** What is shown first, such as `/data`. */
  path: string
  quit(): void
}

/** The one window: a sandboxed page without Node, where it was left, that comes back when it crashed. */
export function createWindow({ preload, settings, path, quit }: WindowOptions): BrowserWindow {
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id)
  const workAreas = [primary, ...others].map(({ workArea }) => workArea)
  const window = new BrowserWindow({
    ...windowPlace(settings.value.bounds, workAreas),
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Lathe',
    show: false,
    // Of the page in either theme, so that a slow start does not flash.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  // Not before: maximizing shows a window.
  const { isMaximized } = settings.value
  window.once('ready-to-show', () => (isMaximized ? window.maximize() : window.show()))
  keepPlace(window, settings)
  recover(window, quit)
  void window.loadURL(`${appOrigin}${path}`).catch(() => {
    if (!window.isDestroyed()) window.show()
  })
  return window
}

function keepPlace(window: BrowserWindow, settings: SettingsFile): void {
  let timer: NodeJS.Timeout | undefined
  const save = () => settings.save({ bounds: window.getNormalBounds(), isMaximized: window.isMaximized() })
  const saveSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (!window.isDestroyed()) save()
    }, savedAfterMs)
  }
  window.on('resize', saveSoon)
  window.on('move', saveSoon)
  window.on('close', save)
}

function recover(window: BrowserWindow, quit: () => void): void {
  let crashedAt = Number.NEGATIVE_INFINITY
  let isEnded = false
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || isEnded || window.isDestroyed()) return
    const isAgain = performance.now() - crashedAt < crashesKeptMs
    crashedAt = performance.now()
    if (!isAgain) window.webContents.reload()
    void dialog
      .showMessageBox(window, {
        type: 'warning',
        message: isAgain ? 'The page crashed again' : 'The page crashed and was opened again',
        detail: `Its process ended (${reason}). The engine and its jobs are another program and go on.`,
        buttons: isAgain ? ['Open it again', 'Quit'] : ['OK'],
      })
      .then(({ response }) => {
        if (response === 1) quit()
        else if (isAgain && !window.isDestroyed()) window.webContents.reload()
      })
  })
  let isAsking = false
  window.on('unresponsive', () => {
    if (isAsking) return
    isAsking = true
    const question = {
      message: 'The page does not answer',
      buttons: ['Wait', 'Load it anew'],
      defaultId: 0,
      cancelId: 0,
    }
    void dialog.showMessageBox(window, { type: 'warning', ...question }).then(({ response }) => {
      isAsking = false
      if (response !== 1 || window.isDestroyed()) return
      // A page in an endless loop hears of no reload: its process ends, which is told a moment later, and the page gets another.
      isEnded = true
      window.webContents.once('did-finish-load', () => {
        isEnded = false
      })
      window.webContents.forcefullyCrashRenderer()
      window.webContents.reload()
    })
  })
}
