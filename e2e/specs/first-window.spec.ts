import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { Run } from '../../shared/model/run.ts'
import { root, samples, TestWorkspace } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, runner, test } from '../runners/index.ts'

let workspace: TestWorkspace
const pictures = process.env.LATHE_PICTURES

test.beforeAll(async () => {
  workspace = await TestWorkspace.make()
})
test.afterAll(() => workspace.close())

test('an empty workspace says what to do next; the ticket leaves the address', async ({ page }) => {
  const overview = new WorkbenchPage(page)
  await overview.open(await workspace.url())
  await expect(overview.panel('Data').getByRole('link', { name: 'Import a file', exact: true })).toBeVisible()
  expect(page.url()).not.toContain('ticket')
  await overview.isSound()
  if (pictures) await page.screenshot({ path: join(pictures, 'empty.png') })
})

test('a room that cannot be loaded says so and leaves the others, and the page can be loaded anew', async ({
  page,
}) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  // As for a page that stayed open while Lathe was put in place anew.
  await page.route(/\/assets\/models-room/, route => route.fulfill({ status: 404 }))
  await workbench.rooms.filter({ hasText: 'Models' }).click()
  const told = page.getByRole('alert').filter({ hasText: 'This cannot be shown' })
  await expect(told).toBeVisible()
  expect(await workbench.violations()).toEqual([])
  if (pictures) await page.screenshot({ path: join(pictures, 'room-broken.png') })
  await workbench.enter('Data')
  await expect(told).toHaveCount(0)
  await expect(page).toHaveTitle('Data · Lathe')
  await page.goBack()
  await expect(told).toBeVisible()
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Load the page anew', exact: true }).click()
  await expect(workbench.panel('Import a model')).toBeVisible()
  await expect(told).toHaveCount(0)
  await expect(page).toHaveTitle('Models · Lathe')
})

test('a page that an answer breaks as a whole says so, and can be loaded anew', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await page.route('**/rpc/jobs/list', route => route.fulfill({ json: { json: {} } }))
  await page.goto(await workspace.url())
  await expect(page.getByRole('alert').filter({ hasText: 'This cannot be shown' })).toBeVisible()
  expect(await workbench.violations()).toEqual([])
  if (pictures) await page.screenshot({ path: join(pictures, 'window-broken.png') })
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Load the page anew', exact: true }).click()
  await workbench.isConnected()
  await expect(workbench.panel('Data')).toBeVisible()
})

// In the desktop app no page ever has a token.
if (runner === 'browser') {
  test('a page without a ticket is told nothing but how it comes in', async ({ page, browser }) => {
    const url = new URL(await workspace.url())
    await page.goto(url.origin)
    const refusal = page.getByRole('alert').filter({ hasText: 'lathe open' }).first()
    await expect(refusal).toContainText('This window is not let in')
    if (pictures) await page.screenshot({ path: join(pictures, 'locked-out.png') })
    await page.goto(url.href)
    await new WorkbenchPage(page).isConnected()
    await expect(refusal).toHaveCount(0)
    expect(await page.context().cookies()).toEqual([])
    const other = await (await browser.newContext()).newPage()
    await other.goto(url.href)
    await expect(other.getByRole('alert').first()).toContainText('lathe open')
    await other.context().close()
    const foreign = await page.request.get(`${url.origin}/api/workspace`, {
      headers: { authorization: 'Bearer wrong' },
    })
    expect(foreign.status()).toBe(401)
  })
}

const own = Object.values(networkInterfaces())
  .flatMap(each => each ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)

// A page from such an address is no secure context, which takes locks and more from it; the desktop app has its own address.
if (runner === 'browser' && own) {
  test('an engine that was opened to other machines shows its page there', async ({ page }) => {
    const served = await TestWorkspace.make()
    const args = [join(root, 'out', 'cli.js'), 'serve', '--json', '--host', '0.0.0.0']
    const env = { ...process.env, LATHE_WORKSPACE: served.folder }
    const serving = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      let said = ''
      for await (const piece of serving.stdout.setEncoding('utf8')) {
        said += piece
        if (said.includes('\n}')) break
      }
      const url = new URL((JSON.parse(said) as { url: string }).url)
      url.hostname = own.address
      await page.goto(url.href)
      await new WorkbenchPage(page).isConnected()
      expect(await page.evaluate('isSecureContext')).toBe(false)
    } finally {
      serving.kill()
      await served.close()
    }
  })
}

test('import, training and drift show up while they happen, and open by their address', async ({ page }) => {
  const overview = new WorkbenchPage(page)
  await overview.open(await workspace.url())
  const file = join(samples, 'breast-cancer.csv')
  const training = (async () => {
    await workspace.json('import', file, '--name', 'cells', '--target', 'diagnosis')
    return workspace.json<Run>(
      'train',
      'cells',
      '--target',
      'diagnosis',
      '--algorithm',
      'gradient-boosting',
      '--name',
      'trees',
    )
  })()
  await expect(overview.panel('Jobs').getByRole('cell', { name: /^Import breast-cancer.csv/ })).toBeVisible()
  const run = await training
  await expect(
    overview.panel('Best so far').getByRole('row', { name: /cells diagnosis gradient-boosting AUC/ }),
  ).toBeVisible()
  await expect(overview.panel('Needs a look')).toContainText('Nothing went wrong')
  await expect(overview.panel('Data').getByRole('link', { name: 'cells', exact: true })).toBeVisible()
  await overview.panel('Runs').getByRole('link', { name: 'trees', exact: true }).click()
  await expect(page).toHaveURL(new RegExp(`/train/${run.run}$`))
  await expect(page.getByRole('img', { name: /^Curves: / }).locator('canvas')).toBeVisible()
  await overview.isSound()

  await workspace.json('register', run.run, '--name', 'cells-model', '--alias', 'champion')
  const deployment = await workspace.json<Deployment>(
    'deploy',
    'cells-model',
    '--target',
    'local',
    '--name',
    'cells-service',
  )
  await workspace.json('watch', deployment.url ?? '', '--name', 'cells-endpoint')
  await workspace.json('replay', file, '--to', deployment.url ?? '')
  await page.goBack()
  await overview.panel('Endpoints').getByRole('link', { name: 'cells-endpoint', exact: true }).click()
  const drift = overview.panel('Drift, columns by time')
  await expect(drift).toBeVisible()
  await overview.isSound()

  // A deep link opens the same after a reload.
  await page.reload()
  await expect(drift).toBeVisible()
  await overview.isSoundEverywhere('usual', pictures)
})

test('hostile names are shown as text', async ({ page }) => {
  const overview = new WorkbenchPage(page)
  const file = join(workspace.folder, 'hostile.csv')
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 2 ? 'yes' : 'no'}`)
  await writeFile(file, `"<img src=x onerror=alert(1)>",target\n${rows.join('\n')}\n`)
  const name = '<script>alert(1)</script> \u202E evil 🙂'.replaceAll('/', '∕')
  await workspace.json('import', file, '--name', name)
  await overview.open(await workspace.url())
  await expect(overview.panel('Data').getByRole('link', { name, exact: true })).toBeVisible()
  await overview.isSound()
})

test('a job is cancelled from the window', async ({ page }) => {
  const overview = new WorkbenchPage(page)
  await overview.open(await workspace.url())
  const long = workspace.run([
    'train',
    'cells',
    '--target',
    'diagnosis',
    '--algorithm',
    'gradient-boosting',
    ...['rounds=100000', 'early-stopping=0', 'learning-rate=0.00001'].flatMap(each => ['--param', each]),
  ])
  const jobs = overview.panel('Jobs')
  await overview.cancel(jobs.getByRole('button', { name: /^Cancel/ }))
  expect((await long).code).toBe(1)
  // What nobody looked at is said on top, with its mend, and opens.
  const ragged = join(workspace.folder, 'ragged.csv')
  await writeFile(ragged, 'a,b\n1,x\n2,y,3\n')
  expect((await workspace.run(['import', ragged, '--name', 'ragged'])).code).toBe(1)
  const attention = overview.panel('Needs a look')
  await expect(attention.getByRole('listitem')).toContainText(/failed.*row 3 has 3 fields.*Correct the row/)
  const [failed, address] = [attention.getByRole('link', { name: /^Import ragged.csv/ }), page.url()]
  await failed.click()
  await expect(page.getByText('row 3 has 3 fields').first()).toBeVisible()
  await page.goBack()
  await expect(page).toHaveURL(address)
  await expect(jobs.getByRole('cell', { name: 'cancelled', exact: true })).toBeVisible()
  await overview.isSound()
})
