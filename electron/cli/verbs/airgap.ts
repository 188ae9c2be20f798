import { AppError } from '../../../shared/errors.ts'
import { defineVerb } from '../verb.ts'

export const airgapVerb = defineVerb({
  name: 'airgap',
  summary: 'let nothing leave this machine (on), allow connections (off), or say which it is',
  arguments: '[on|off]',
  async run(context, [wanted]) {
    if (wanted !== undefined && wanted !== 'on' && wanted !== 'off') {
      throw new AppError('bad-input', `The air gap is on or off, not "${wanted}"`, { mend: 'Say on or off.' })
    }
    const client = await context.client()
    const { airGap } = wanted === undefined ? await client.workspace.info() : await set(wanted === 'on')
    return {
      json: { airGap },
      text: airGap
        ? 'The air gap is on: nothing leaves this machine.'
        : 'The air gap is off: Lathe may connect out where you ask it to. See `lathe connections`.',
    }

    function set(on: boolean) {
      return client.workspace.airGap({ on })
    }
  },
})
