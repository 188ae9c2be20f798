import { join } from 'node:path'
import { ensureBaseLayers } from './base-layers.mjs'
import { findBrowser } from './browser.mjs'
import { build } from './build.mjs'
import { projectNode, root, run } from './toolbox.mjs'

/** `npm run pictures`: the rooms' pictures in the README, made anew. */
await build()
await ensureBaseLayers()
const { code } = await run(projectNode(), [join(root, 'e2e', 'pictures.ts')], {
  env: { CHROMIUM_PATH: findBrowser() ?? '' },
})
process.exit(code)
