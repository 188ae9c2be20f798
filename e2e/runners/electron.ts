import { test } from '@playwright/test'
import { root, TestWorkspace } from '../lathe.ts'

/** Where scripts/test.mjs found Electron's program. */
const program = process.env.ELECTRON_PATH

/** `page` is the one window of the desktop app, started on the workspace that the spec has made, or makes next. */
export const electronTest = test.extend({
  page: async ({ playwright, colorScheme, viewport }, use) => {
    if (!program) throw new Error('LATHE_RUNNER=electron needs ELECTRON_PATH')
    const app = await playwright._electron.launch({
      executablePath: program,
      args: [root],
      cwd: root,
      // The runner would switch it off; as root Chromium does not start with it.
      chromiumSandbox: process.getuid?.() !== 0,
      colorScheme,
      env: {
        ...process.env,
        LATHE_WORKSPACE: await TestWorkspace.ofNextWindow(),
        LATHE_NODE: process.execPath,
      } as Record<string, string>,
    })
    try {
      const page = await app.firstWindow()
      if (viewport) await page.setViewportSize(viewport)
      await use(page)
    } finally {
      // Not by closing the window, which may ask about jobs.
      await app.evaluate(({ app: electron }) => electron.exit(0)).catch(() => {})
      await app.close().catch(() => {})
    }
  },
})
