import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBaseLayers } from './base-layers.mjs'
import { build } from './build.mjs'
import { electronVersion, findElectron } from './electron.mjs'
import { ensureInstalled, projectNode, root, run } from './toolbox.mjs'

/** `npm start`: installs, builds what is stale, and opens the workbench: the desktop app where it can run, else in a browser. */
const cli = (args, options) => run(projectNode(), [join(root, 'out', 'cli.js'), ...args], options)

/** A sandbox that this system does not allow ends Electron well before. */
const surelyUpMs = 2000

try {
  await ensureInstalled()
  const built = await build()
  await ensureBaseLayers()
  // An engine of the old program would start jobs of the new one.
  if (built.includes('engine')) await cli(['stop'], { stdoutToStderr: true })
  const { electron, why } = findDesktop()
  const failure = electron ? await startDesktop(electron) : why
  if (failure) await openInBrowser(failure)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

function findDesktop() {
  const electron = findElectron()
  if (!electron)
    return { why: `Electron ${electronVersion()} has no binary here (\`npx install-electron\` fetches it)` }
  if (process.getuid?.() === 0) return { why: "Electron's sandbox does not run as root" }
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY
  return hasDisplay ? { electron } : { why: 'there is no display here' }
}

/** The desktop app stays when this command ends, and starts or joins the engine itself. Why it did not start; null when it did. */
function startDesktop(electron) {
  const env = { ...process.env, LATHE_NODE: projectNode() }
  const child = spawn(electron, [root], { cwd: root, env, detached: true, stdio: 'ignore' })
  child.unref()
  return new Promise(resolve => {
    child.once('error', error => resolve(`the desktop app could not be started (${error.message})`))
    child.once('exit', code => resolve(code === 0 ? null : `the desktop app ended at once (${code})`))
    setTimeout(() => {
      console.error('The workbench opens as a desktop app')
      resolve(null)
    }, surelyUpMs)
  })
}

async function openInBrowser(why) {
  const { code, output } = await cli(['open', '--json'], { capture: 'stdout' })
  if (code !== 0) process.exit(code)
  const { url, opened } = JSON.parse(output)
  console.error(`The workbench opens in a browser: ${why}.`)
  if (!opened) console.error('There is no browser to open here; give it this address:')
  console.log(url)
}
