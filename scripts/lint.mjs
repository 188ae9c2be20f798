import { pathToFileURL } from 'node:url'
import { ensureInstalled, projectNode, run } from './toolbox.mjs'

const tool = (name, args) => ({ name, args })
const steps = fix => [
  tool('types of engine, command line and tests', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.node.json']),
  tool('types of the window', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.web.json']),
  tool('lint and format', ['node_modules/@biomejs/biome/bin/biome', 'check', ...(fix ? ['--write'] : [])]),
]

/** Type-checks, lints and checks the format; gives the names of the steps that failed and how many there were. */
export async function lint({ fix = false } = {}) {
  await ensureInstalled()
  const failed = []
  for (const { name, args } of steps(fix)) {
    const { code } = await run(projectNode(), args, { stdoutToStderr: true })
    console.error(`${code === 0 ? 'ok' : 'FAILED'}: ${name}`)
    if (code !== 0) failed.push(name)
  }
  return { failed, total: steps(fix).length }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { failed } = await lint({ fix: process.argv.includes('--write') })
  process.exit(failed.length === 0 ? 0 : 1)
}
