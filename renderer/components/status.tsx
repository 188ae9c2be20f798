const tones: Record<string, 'good' | 'bad' | 'warn' | 'soft'> = {
  done: 'good',
  ready: 'good',
  up: 'good',
  live: 'good',
  'no drift': 'good',
  running: 'soft',
  queued: 'soft',
  deploying: 'soft',
  unknown: 'warn',
  paused: 'warn',
  interrupted: 'warn',
  cancelled: 'soft',
  stopped: 'soft',
  degraded: 'warn',
  drift: 'warn',
  failed: 'bad',
  failing: 'bad',
  down: 'bad',
}

/** A state in its own word, with a dot in the colour of what it means. */
export function Status({ state }: { state: string }) {
  return <span className={`status ${tones[state] ?? 'soft'}`}>{state}</span>
}
