import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ensureBaseLayers } from './base-layers.mjs'
import { findBrowser } from './browser.mjs'
import { build } from './build.mjs'
import { projectNode, root, run } from './toolbox.mjs'

/** `npm run bench NAME [ARGS]`: runs bench/NAME.ts on a fresh build; without a name it lists what there is. */
const names = readdirSync(join(root, 'bench'))
  .filter(file => file.endsWith('.ts'))
  .map(file => basename(file, '.ts'))
const [name, ...rest] = process.argv.slice(2)
if (!name || !names.includes(name)) {
  console.error(`npm run bench NAME, one of: ${names.join(', ') || 'there is none yet'}`)
  process.exit(2)
}
await build()
await ensureBaseLayers()
const { code } = await run(projectNode(), [join(root, 'bench', `${name}.ts`), ...rest], {
  env: { CHROMIUM_PATH: findBrowser() ?? '' },
})
process.exit(code)
