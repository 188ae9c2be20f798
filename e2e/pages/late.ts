import type { Page, Route } from '@playwright/test'

/**
 * Of the next call of this address the engine answers at once, and the page hears it once it is let go. In a browser only: nothing else
 * reaches the addresses of the shell.
 */
export async function late(page: Page, call: RegExp): Promise<{ made: Promise<void>; letGo(): Promise<void> }> {
  const made = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  const heard = Promise.withResolvers<void>()
  const hold = async (route: Route) => {
    const response = await route.fetch()
    made.resolve()
    await told.promise
    await route.fulfill({ response })
    heard.resolve()
  }
  await page.route(call, hold, { times: 1 })
  return {
    made: made.promise,
    async letGo() {
      told.resolve()
      await heard.promise
      // What it would do to the page is done.
      await page.waitForTimeout(500)
    },
  }
}
