import { watch } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { projectNode, root, run } from './toolbox.mjs'

/** `npm run dev`: builds at each change; the engine is started anew when its own code changed. */
const cli = args => run(projectNode(), [join(root, 'out', 'cli.js'), ...args])
const quietMs = 150

async function update() {
  try {
    const built = await build()
    if (built.includes('engine')) {
      await cli(['stop'])
      await cli(['open', '--no-browser'])
    }
  } catch (error) {
    console.error(error.message)
  }
}

await update()
await cli(['open'])
let timer
let work = Promise.resolve()
for (const folder of ['shared', 'electron', 'renderer']) {
  watch(join(root, folder), { recursive: true }, () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      work = work.then(update)
    }, quietMs)
  })
}
console.error('Watching for changes; Ctrl-C ends the watch, `npm run lathe stop` the engine.')
