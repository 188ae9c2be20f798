import { defineConfig } from '@playwright/test'

/**
 * Specs in a real browser, or in the desktop app (e2e/runners). `scripts/test.mjs` finds them and names them in CHROMIUM_PATH and
 * ELECTRON_PATH.
 */
export default defineConfig({
  testDir: 'e2e/specs',
  // It plays the shell to a page in a browser.
  testIgnore: process.env.LATHE_RUNNER === 'electron' ? 'shell.spec.ts' : [],
  outputDir: 'test-results',
  workers: 1,
  timeout: 600_000,
  // On a machine that is busy with other work; what is there at once is not waited for.
  expect: { timeout: 120_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    // What failed leaves its steps, its words and one picture. A film of every page and a copy at each step took more than half of the time.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    screenshot: 'only-on-failure',
    actionTimeout: 90_000,
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
