import { expect, test } from 'vitest'
import { electronStandIn, invoke } from './electron.ts'

/** The stand-in is worth what it refuses. */
test('what Electron refuses before it is ready', () => {
  const { main, app } = electronStandIn()
  expect(() => new main.BrowserWindow()).toThrow(/before app is ready/)
  expect(() => main.protocol.handle('app', () => new Response())).toThrow(/before the app is ready/)
  expect(() => main.screen.getAllDisplays()).toThrow(/before the app is ready/)
  expect(() => main.session.defaultSession).toThrow(/before the app is ready/)
  app.becomeReady()
  expect(() => new main.BrowserWindow()).not.toThrow()
})

test('what comes too late, or twice', () => {
  const { main, app } = electronStandIn()
  app.becomeReady()
  expect(() => main.protocol.registerSchemesAsPrivileged([{ scheme: 'app' }])).toThrow(/before app is ready/)
  expect(() => main.app.setPath('userData', '/x')).toThrow(/in use/)
  main.protocol.handle('app', () => new Response())
  expect(() => main.protocol.handle('app', () => new Response())).toThrow(/registered already/)
  main.ipcMain.handle('a', () => 1)
  expect(() => main.ipcMain.handle('a', () => 1)).toThrow(/second handler/)
})

test('unsafe windows, unknown members and events, and things that do not cross to another process', async () => {
  const { main, app, world } = electronStandIn()
  app.becomeReady()
  for (const unsafe of [
    { nodeIntegration: true },
    { contextIsolation: false },
    { sandbox: false },
    { webSecurity: false },
    { webviewTag: true },
    { preload: 'relative.cjs' },
    { preload: '/no/such/preload.cjs' },
    { preload: '/preload.mjs' },
  ]) {
    expect(() => new main.BrowserWindow({ webPreferences: unsafe }), JSON.stringify(unsafe)).toThrow()
  }
  expect(() => (main.app as unknown as { relaunch(): void }).relaunch()).toThrow(/has no app.relaunch/)
  expect(() => main.app.on('readdy', () => {})).toThrow(/no event readdy/)
  main.ipcMain.handle('f', () => () => {})
  const sender = { sender: null, senderFrame: null }
  await expect(invoke(world, sender, 'f')).rejects.toThrow(/could not be cloned/)
  await expect(invoke(world, sender, 'g')).rejects.toThrow(/No handler registered/)
  await expect(new main.BrowserWindow().loadURL('app://lathe/')).rejects.toThrow(/ERR_UNKNOWN_URL_SCHEME/)
  expect(() => main.Menu.buildFromTemplate([{ label: 'x', accelerator: 'Strg+O' }])).toThrow(/No accelerator/)
  const window = new main.BrowserWindow()
  window.close()
  expect(() => window.show()).toThrow(/destroyed/)
  await expect(main.dialog.showMessageBox(window, { message: 'x' })).rejects.toThrow(/destroyed/)
})
