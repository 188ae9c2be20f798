export { createRuns, type RunService } from './runs.ts'
export type { RunFiles } from './store.ts'
