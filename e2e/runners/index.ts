import { TestWorkspace } from '../lathe.ts'
import { browserTest } from './browser.ts'
import { electronTest } from './electron.ts'

export { expect } from '@playwright/test'

/** The one switch: LATHE_RUNNER=electron runs the specs in the desktop app, anything else in a browser. */
export const runner = process.env.LATHE_RUNNER === 'electron' ? 'electron' : 'browser'

/**
 * `page` is the window of a workspace, in either runner. `workspace` is the test's own: it is closed when the test ends, and when it
 * fails.
 */
export const test = (runner === 'electron' ? electronTest : browserTest).extend<{ workspace: TestWorkspace }>({
  workspace: async ({ playwright: _ }, use) => {
    const workspace = await TestWorkspace.make()
    try {
      await use(workspace)
    } finally {
      await workspace.close()
    }
  },
})
