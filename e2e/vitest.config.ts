import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Journeys run the built product from outside: one at a time, so that their times and processes mean something. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['e2e/journeys/**/*.test.ts'],
    // On a machine that is busy with other work; a test that takes longer says so.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What is polled for comes when a process has come so far: on a busy machine not within the second that is usual.
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    fileParallelism: false,
    env: { ORT_DISABLE_TELEMETRY: '1' },
  },
})
