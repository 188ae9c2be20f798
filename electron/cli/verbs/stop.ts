import { findEngine, stopEngine } from '../../headless/join-engine.ts'
import { defineVerb } from '../verb.ts'

export const stopVerb = defineVerb({
  name: 'stop',
  summary:
    'end the engine of the workspace; trainings and searches are interrupted and can be resumed, other jobs cancelled',
  async run(context) {
    const engine = await findEngine(context.workspace)
    if (!engine) return { json: { stopped: false }, text: 'No engine was running' }
    await stopEngine(engine)
    return { json: { stopped: true }, text: 'The engine has ended' }
  },
})
