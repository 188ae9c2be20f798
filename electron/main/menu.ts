import type { MenuItemConstructorOptions } from 'electron'

/** The rooms as the window has them (a test holds the two together); the first is the overview. */
export const rooms = [
  ['overview', 'Overview'],
  ['data', 'Data'],
  ['train', 'Train'],
  ['compare', 'Compare'],
  ['models', 'Models'],
  ['deploy', 'Deploy'],
  ['monitor', 'Monitor'],
  ['pipelines', 'Pipelines'],
] as const

export interface MenuActions {
  openFile(): void
  go(path: string): void
  back(): void
  forward(): void
  askPassphrase(): void
  showWorkspace(): void
  showEngineLog(): void
}

const separator: MenuItemConstructorOptions = { type: 'separator' }

/** The menu bar in the order and with the shortcuts that each system is used to. */
export function menuTemplate(platform: NodeJS.Platform, actions: MenuActions): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin'
  const passphrase = { label: 'Passphrase for Secrets…', click: () => actions.askPassphrase() }
  const application: MenuItemConstructorOptions = {
    role: 'appMenu',
    label: 'Lathe',
    submenu: [
      { role: 'about' },
      separator,
      passphrase,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  }
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      { label: 'Open Data File…', accelerator: 'CommandOrControl+O', click: () => actions.openFile() },
      { label: 'Show Workspace Folder', click: () => actions.showWorkspace() },
      separator,
      ...(isMac ? [{ role: 'close' as const }] : [passphrase, separator, { role: 'quit' as const }]),
    ],
  }
  const places: MenuItemConstructorOptions = {
    label: '&Go',
    submenu: [
      { label: 'Back', accelerator: isMac ? 'Command+[' : 'Alt+Left', click: () => actions.back() },
      { label: 'Forward', accelerator: isMac ? 'Command+]' : 'Alt+Right', click: () => actions.forward() },
      separator,
      ...rooms.map(([id, label], i) => ({
        label,
        accelerator: `CommandOrControl+${i + 1}`,
        click: () => actions.go(`/${id}`),
      })),
    ],
  }
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      { role: 'reload' },
      { role: 'toggleDevTools' },
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
    ],
  }
  const help: MenuItemConstructorOptions = {
    role: 'help',
    label: '&Help',
    submenu: [
      { label: "Show the Engine's Log", click: () => actions.showEngineLog() },
      ...(isMac ? [] : [{ role: 'about' as const }]),
    ],
  }
  return [
    ...(isMac ? [application] : []),
    file,
    { role: 'editMenu' },
    places,
    view,
    ...(isMac ? [{ role: 'windowMenu' as const }] : []),
    help,
  ]
}
