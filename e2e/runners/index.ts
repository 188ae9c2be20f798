import { test as browserTest } from '@playwright/test'
import { electronTest } from './electron.ts'

export { expect } from '@playwright/test'

/** The one switch: LATHE_RUNNER=electron runs the specs in the desktop app, anything else in a browser. */
export const runner = process.env.LATHE_RUNNER === 'electron' ? 'electron' : 'browser'

/** `page` is the window of a workspace, in either runner. */
export const test = runner === 'electron' ? electronTest : browserTest
