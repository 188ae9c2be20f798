import { app, type BrowserWindow, dialog, type Session, shell, type WebContents } from 'electron'
import { appOrigin } from './app-handler.ts'

const longestShown = 500

/** True for an address of our own page; everything else is foreign. */
export function isOwn(url: string): boolean {
  try {
    const { protocol, host } = new URL(url)
    return `${protocol}//${host}` === appOrigin
  } catch {
    return false
  }
}

/** An address that may be offered to the system's browser: https, and no name or password hidden in it. Null for any other. */
export function outsideAddress(url: string): URL | null {
  try {
    const parsed = new URL(url)
    return parsed.protocol === 'https:' && parsed.username === '' && parsed.password === '' ? parsed : null
  } catch {
    return null
  }
}

let isAsking = false

/** Opens an https address in the system's browser when the person says so; anything else is dropped. */
export async function offerOutside(url: string, window: BrowserWindow | null): Promise<void> {
  const address = outsideAddress(url)
  if (!address || isAsking) return
  isAsking = true
  try {
    const options = {
      type: 'question' as const,
      message: `Open ${address.host} in your browser?`,
      detail: `${address.href.slice(0, longestShown)}\n\nThis leaves Lathe and uses the network.`,
      buttons: ['Stay here', 'Open'],
      defaultId: 0,
      cancelId: 0,
    }
    const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options))
    if (response === 1) await shell.openExternal(address.href)
  } finally {
    isAsking = false
  }
}

/** Every contents that this program ever makes stays on our page, opens no window and takes in no other page. */
export function guardAllContents(windowOf: (contents: WebContents) => BrowserWindow | null): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-frame-navigate', details => {
      if (details.isMainFrame && isOwn(details.url)) return
      details.preventDefault()
      if (details.isMainFrame) void offerOutside(details.url, windowOf(contents))
    })
    contents.on('will-redirect', details => {
      if (!isOwn(details.url)) details.preventDefault()
    })
    contents.on('will-attach-webview', event => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      void offerOutside(url, windowOf(contents))
      return { action: 'deny' }
    })
  })
}

/** What the page itself, or the developer tools beside it, may load. */
const loadable = /^(app:\/\/lathe\/|blob:app:\/\/lathe\/|data:|devtools:)/

/** No permission but writing what was copied, no request but to our own page, no download but of what the page made. */
export function guardSession(session: Session): void {
  const isAllowed = (permission: string, origin: string) => permission === 'clipboard-sanitized-write' && isOwn(origin)
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(isAllowed(permission, details.requestingUrl)),
  )
  session.setPermissionCheckHandler((_contents, permission, origin) => isAllowed(permission, origin))
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !loadable.test(details.url) }))
  session.on('will-download', (event, item) => {
    if (!loadable.test(item.getURL())) event.preventDefault()
  })
  // Chromium would fetch its dictionaries from the network.
  session.setSpellCheckerEnabled(false)
}
