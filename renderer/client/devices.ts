import { create } from 'zustand'
import { engine } from './engine.ts'
import { useEngine } from './store.ts'
import { useAsked } from './use-asked.ts'

/** How often this page took something away from what devices need. */
const useRemovals = create(() => ({ count: 0 }))
export const devicesChanged = () => useRemovals.setState(({ count }) => ({ count: count + 1 }))

/** What models can be trained and asked on; measured once an engine, and again after CUDA was set up or removed. */
export function useDevices() {
  const boot = useEngine(({ info }) => info?.boot ?? null)
  const setup = useEngine(
    ({ jobs }) => jobs.find(({ kind, status }) => kind === 'set-up-cuda' && status === 'done')?.job,
  )
  const removals = useRemovals(({ count }) => count)
  const key = `devices ${boot} ${setup} ${removals}`
  return useAsked(key, async () => (boot === null ? null : engine.workspace.devices()))
}
