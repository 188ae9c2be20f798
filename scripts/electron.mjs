import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './toolbox.mjs'

const home = join(root, 'node_modules', 'electron')

/** Version of Electron that this clone is built for. */
export function electronVersion() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.electron
}

/** The folder of Electron's unpacked binary; null without. Nothing is fetched: the package `electron` itself would, when asked. */
export function electronFolder() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(home, 'dist')
  return existsSync(join(folder, 'version')) ? folder : null
}

/** Electron's program; null without its binary, or where the one that is there is of another version. */
export function findElectron() {
  const folder = electronFolder()
  if (folder === null) return null
  if (readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '') !== electronVersion()) return null
  const name = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron'
  const program = join(folder, name)
  return existsSync(program) ? program : null
}
