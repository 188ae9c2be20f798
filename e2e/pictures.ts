import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { root, TestWorkspace } from './lathe.ts'

/** `npm run pictures`: every room on the finished sample project, in light and dark, into resources/pictures/ for the README. */
const executablePath = process.env.CHROMIUM_PATH
if (!executablePath) throw new Error('There is no browser here: set CHROMIUM_PATH')
const folder = join(root, 'resources', 'pictures')
await mkdir(folder, { recursive: true })
const workspace = await TestWorkspace.make()
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  const url = await workspace.url()
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' })
  await page.goto(url)
  await page
    .getByRole('button', { name: /sample project/i })
    .first()
    .click()
  const endpoints = async () => (await workspace.json<{ endpoints: { endpoint: string }[] }>('endpoints')).endpoints
  const until = Date.now() + 180_000
  while ((await endpoints()).length === 0) {
    if (Date.now() > until) throw new Error('The sample project was not made within three minutes')
    await page.waitForTimeout(1000)
  }
  // Its drift is there a little after it is watched.
  await page.waitForTimeout(15_000)
  const [{ endpoint }] = (await endpoints()) as [{ endpoint: string }]
  const { datasets } = await workspace.json<{ datasets: { dataset: string }[] }>('datasets')
  const { runs } = await workspace.json<{ runs: { run: string; algorithm: string }[] }>('runs')
  const { models } = await workspace.json<{ models: { model: string; version: number }[] }>('models')
  const { deployments } = await workspace.json<{ deployments: { deployment: string }[] }>('deployments')
  const run = runs.find(({ algorithm }) => algorithm === 'gradient-boosting') ?? runs[0]!
  const rooms = {
    overview: '/overview',
    data: `/data/${datasets[0]!.dataset}`,
    train: `/train/${run.run}`,
    compare: `/compare?runs=${runs
      .slice(0, 4)
      .map(each => each.run)
      .join(',')}`,
    models: `/models/${models[0]!.model}/${models[0]!.version}`,
    deploy: `/deploy/${deployments[0]!.deployment}`,
    monitor: `/monitor/${endpoint}`,
    pipelines: '/pipelines',
  }
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    for (const [room, path] of Object.entries(rooms)) {
      await page.goto(new URL(path, url).href)
      // A folder of this test is of no interest to a reader.
      await page.addStyleTag({ content: 'footer .path { visibility: hidden }' })
      await page.waitForTimeout(2500)
      // A verdict is worked out when runs are shown beside each other.
      await page.getByText('0 running, 0 queued').waitFor({ timeout: 120_000 })
      if (room === 'monitor')
        await page
          .getByRole('region', { name: /drift/i })
          .first()
          .evaluate(part => part.scrollIntoView())
      await page.screenshot({ path: join(folder, `${room}-${scheme}.png`) })
    }
  }
} finally {
  await browser.close()
  await workspace.close()
}
