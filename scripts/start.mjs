import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBaseLayers } from './base-layers.mjs'
import { build } from './build.mjs'
import { ensureInstalled, projectNode, root, run } from './toolbox.mjs'

/** `npm start`: installs, builds what is stale, starts or joins the engine, and opens the workbench. */
const cli = (args, options) => run(projectNode(), [join(root, 'out', 'cli.js'), ...args], options)

try {
  await ensureInstalled()
  const built = await build()
  await ensureBaseLayers()
  // An engine of the old program would start jobs of the new one.
  if (built.includes('engine')) await cli(['stop'], { stdoutToStderr: true })
  const { code, output } = await cli(['open', '--json'], { capture: 'stdout' })
  if (code !== 0) process.exit(code)
  const { url, opened } = JSON.parse(output)
  console.error(`The workbench opens in a browser: ${whyNotDesktop()}.`)
  if (!opened) console.error('There is no browser to open here; give it this address:')
  console.log(url)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

function whyNotDesktop() {
  const shell = readdirSync(join(root, 'electron')).includes('main')
  return shell ? 'there is no Electron binary here' : 'this version has no desktop shell yet'
}
