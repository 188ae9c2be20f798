import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ensureBaseLayers } from './base-layers.mjs'
import { build } from './build.mjs'
import { electronVersion, findElectron } from './electron.mjs'
import { homepage, stage } from './stage.mjs'
import { ensureInstalled, filesBelow, root } from './toolbox.mjs'

/**
 * `npm run dist [-- --check | --dir]`: packs the desktop app for this system and architecture into `dist/`, as electron-builder.yml says.
 * With `--check` everything but the packing: what would be packed is laid out and the configuration is held against its schema;
 * with `--dir` the app as a folder, without installers.
 */
const isCheck = process.argv.includes('--check')
const { platform, arch } = process
const system = { linux: 'LINUX', darwin: 'MAC', win32: 'WINDOWS' }[platform]

async function main() {
  if (!system) throw new Error(`There is no desktop app for ${platform}`)
  await ensureInstalled()
  await build()
  if (!(await ensureBaseLayers()))
    console.error('Packed without base layers: packaging of models will want a network once.')
  const folder = stage(platform, arch)
  const builder = await import('electron-builder')
  const config = await configuration()
  for (const part of ['app', 'resources']) {
    const files = filesBelow([join('out', 'stage', part)])
    console.error(`${part}: ${files.length} files, ${Math.round(sizeOf(files) / 1e6)} MB`)
  }
  if (isCheck) return console.error(`Laid out in ${folder}; the configuration is sound`)
  const program = findElectron()
  if (!program) {
    throw new Error(
      `Electron ${electronVersion()} has no binary here, and packing stops.\n` +
        'Fetch it with `npx install-electron` (a network, once), or name an unpacked one in ELECTRON_OVERRIDE_DIST_PATH.',
    )
  }
  const isFolder = process.argv.includes('--dir')
  const linux = homepage() ? ['AppImage', 'deb'] : ['AppImage']
  if (platform === 'linux' && !homepage()) console.error('No deb: it has to name a homepage, and package.json has none')
  const names = isFolder ? ['dir'] : { linux, darwin: ['dmg'], win32: ['nsis'] }[platform]
  const targets = builder.Platform[system].createTarget(names, builder.Arch[arch])
  const made = await builder.build({ targets, config, projectDir: root, publish: 'never' })
  for (const file of made) console.log(file)
}

/** electron-builder.yml with what only this clone knows; throws where its schema does not allow it. */
async function configuration() {
  const require = createRequire(import.meta.url)
  const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config.js')
  const { DebugLogger } = require('builder-util')
  const known = {
    electronVersion: electronVersion(),
    electronDist: process.env.ELECTRON_OVERRIDE_DIST_PATH ?? 'node_modules/electron/dist',
  }
  const config = await getConfig(root, 'electron-builder.yml', known)
  await validateConfiguration(config, new DebugLogger(false))
  return config
}

function sizeOf(files) {
  return files.reduce((sum, file) => sum + readFileSync(join(root, file)).length, 0)
}

try {
  await main()
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
