import { defineConfig } from '@playwright/test'

/** Specs in a real browser. `scripts/test.mjs` finds one and names it in LATHE_BROWSER. */
export default defineConfig({
  testDir: 'e2e/specs',
  outputDir: 'test-results',
  workers: 1,
  timeout: 120_000,
  reporter: process.env.LATHE_PLAYWRIGHT_JSON
    ? [['list'], ['json', { outputFile: process.env.LATHE_PLAYWRIGHT_JSON }]]
    : [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.LATHE_BROWSER,
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
