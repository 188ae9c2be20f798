import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../shared/errors.ts'
import { clientOf, findEngine } from '../../headless/join-engine.ts'
import { defineVerb } from '../verb.ts'

const timeoutMs = 15_000

export const stopVerb = defineVerb({
  name: 'stop',
  summary: 'end the engine of the workspace; running jobs are cancelled',
  async run(context) {
    const engine = await findEngine(context.workspace)
    if (!engine) return { json: { stopped: false }, text: 'No engine was running' }
    await clientOf(engine).workspace.stop()
    const deadline = performance.now() + timeoutMs
    while (isAlive(engine.pid)) {
      if (performance.now() > deadline) {
        throw new AppError('not-ready', `The engine (process ${engine.pid}) has not ended after ${timeoutMs / 1000} s`)
      }
      await sleep(25)
    }
    return { json: { stopped: true }, text: 'The engine has ended' }
  },
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
