import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Journeys run the built product from outside: one at a time, so that their times and processes mean something. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['e2e/journeys/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    fileParallelism: false,
    env: { ORT_DISABLE_TELEMETRY: '1' },
  },
})
