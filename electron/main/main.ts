import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { workspaceFolder } from '../headless/workspace-folder.ts'
import { Desktop, registerAppScheme } from './desktop.ts'
import { packedEngine } from './engine-files.ts'
import { openedFiles } from './opened-files.ts'

/**
 * The desktop program. Its files lie in `out/` of a clone, or packed beside the folder `engine`, which holds the engine's program and the
 * Node that runs it; LATHE_NODE names another Node for a clone.
 */
const built = join(import.meta.dirname, '..')
const engine = async () =>
  app.isPackaged
    ? packedEngine(join(process.resourcesPath, 'engine'), process.env)
    : { node: process.env.LATHE_NODE ?? 'node', program: join(built, 'headless.js') }

const workspace = workspaceFolder(undefined)
// Chromium's own files, a folder for each workspace: Electron's usual place is where the workspace itself lies on some systems.
const key = createHash('sha256').update(workspace).digest('hex').slice(0, 12)
const userData = join(app.getPath('appData'), 'Lathe Desktop', key)
mkdirSync(userData, { recursive: true })
app.setPath('userData', userData)
if (process.platform === 'win32') app.setAppUserModelId('io.lathe.desktop')
for (const part of ['disable-background-networking', 'disable-component-update']) app.commandLine.appendSwitch(part)
registerAppScheme()

if (app.requestSingleInstanceLock()) {
  const early: string[] = []
  let desktop: Desktop | null = null
  app.on('open-file', (event, path) => {
    event.preventDefault()
    if (desktop) void desktop.open([path])
    else early.push(path)
  })
  app.on('second-instance', (_event, args, folder) => {
    desktop?.show()
    void desktop?.open(openedFiles(args.slice(1), folder))
  })
  void app.whenReady().then(() => {
    const files = openedFiles(process.argv.slice(1), process.cwd())
    const preload = join(import.meta.dirname, 'preload.cjs')
    desktop = new Desktop({ workspace, pageFolder: join(built, 'renderer'), preload, engine })
    desktop.start([...files, ...early])
  })
} else {
  app.quit()
}
