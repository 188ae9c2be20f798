#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build } from './build.mjs'
import { projectNode, root } from './toolbox.mjs'

/** The `lathe` command of a clone: builds what is stale, then hands over to the project's own Node. */
const program = join(root, 'out', 'cli.js')
try {
  await build()
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
const child = spawn(projectNode(), [program, ...process.argv.slice(2)], { stdio: 'inherit' })
// The child hears Ctrl-C itself and ends in its own way; this process waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
child.once('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
