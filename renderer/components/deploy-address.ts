import { pathTo } from './router.ts'

/** The Deploy room with this model version chosen: for a new deployment, or in place of what `deployment` serves. */
export function deployAddress(model: string, deployment?: string): string {
  const path = deployment === undefined ? pathTo('deploy') : pathTo('deploy', deployment)
  return `${path}?${new URLSearchParams({ model })}`
}
