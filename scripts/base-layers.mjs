import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hashOf, isFresh, projectNode, root, run, stamp } from './toolbox.mjs'

const inputs = ['resources/images', 'scripts/build-base.mjs', 'shared', 'electron/serving', 'electron/engine/runtime']

/**
 * The base layers of images, made when what they hold has changed. Without a network they cannot be: that is said, and
 * everything but packaging works. True when they are there.
 */
export async function ensureBaseLayers() {
  if (existsSync(join(root, 'resources', 'images', 'base'))) return true
  const stampFile = join(root, '.cache', 'base', '.inputs')
  const hash = hashOf([...inputs, 'package-lock.json'])
  if (isFresh(stampFile, hash)) return true
  const { code } = await run(projectNode(), ['scripts/build-base.mjs'], { stdoutToStderr: true })
  if (code !== 0) {
    console.error(
      'The base layers of images could not be made (they need a network once); `lathe package` will say so.',
    )
    return false
  }
  stamp(stampFile, hash)
  return true
}
