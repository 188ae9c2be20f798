import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { Job } from '../../shared/model/job.ts'
import type { Run } from '../../shared/model/run.ts'
import { beyondTheWindow } from '../pages/sample-workspace.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const script = '<script>window.hurt=1</script><img src=x onerror="window.hurt=1">'
const long = 'W'.repeat(10_000)
const bidi = '\u202Egnp.elif\u2066'
/** What a name may hold: no slash, colon or at sign, 128 characters. */
const name = `=cmd() <img src=x onerror=window.hurt=1> ${bidi} 😀`.padEnd(128, 'x')
const columns = [script, "=cmd()|'/C calc'!A0", `${bidi} 😀`, `${long}`]
const texts = [script, '=1+1', '😀'.repeat(400), bidi, long, '@SUM(A1)', '<b>bold</b>']

function hostileCsv(): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const head = [...columns, 'words', 'target'].map(quoted).join(',')
  const rows = Array.from({ length: 300 }, (_, i) => {
    const numbers = columns.map((_column, k) => Math.sin(i * (k + 1)).toFixed(4))
    return [...numbers, quoted(texts[i % texts.length]!), quoted(Math.sin(i) > 0 ? '=cmd()' : '<b>no</b>')].join(',')
  })
  return `${[head, ...rows].join('\n')}\n`
}

/** A server that answers with markup where a model server would answer with JSON. */
async function hostileServer(): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': `${script}${'y'.repeat(5000)}` }).end(script)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function isHarmless(page: Page, workbench: WorkbenchPage, where: string): Promise<void> {
  expect.soft(await page.evaluate('window.hurt'), where).toBeUndefined()
  expect.soft(await page.locator('main script, main img, footer img, nav img').count(), where).toBe(0)
  expect.soft(await beyondTheWindow(page), where).toEqual([])
  expect.soft(await workbench.violations(), where).toEqual([])
  expect.soft(workbench.complaints.splice(0), where).toEqual([])
}

test('hostile text in every name, value, note and answer is text in every room, and exported as text', async ({
  workspace,
  page,
}) => {
  test.setTimeout(480_000)
  page.on('dialog', dialog => expect.soft(dialog.message(), 'a dialog of the page').toBe(''))
  const server = await hostileServer()
  const file = join(workspace.folder, 'hostile.csv')
  await writeFile(file, hostileCsv())
  await workspace.json('import', file, '--name', name, '--target', 'target')
  const train = (algorithm: string) =>
    workspace.json<Run>('train', name, '--target', 'target', '--algorithm', algorithm, '--name', name)
  const [baseline, run] = [await train('baseline'), await train('linear')]
  await workspace.json('register', run.run, '--name', name, '--alias', 'champion')
  await workspace.json('alias', name, 'second', '--reason', `${script} ${bidi} ${'r'.repeat(800)}`)
  const { deployment, url } = await workspace.json<Deployment>('deploy', name, '--target', 'local', '--name', name)
  await workspace.json('watch', url!, '--name', name)
  await workspace.json('replay', file, '--to', url!)
  await workspace.json('drift', name)
  // A job that fails over a value, and says which.
  await workspace.failure('import', file, '--name', 'broken', '--type', 'words=number')
  const { jobs } = await workspace.json<{ jobs: Job[] }>('jobs')
  const failed = jobs.find(({ status }) => status === 'failed')!

  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  const parts = encodeURIComponent(name)
  const addresses = [
    '/overview',
    '/data',
    `/data/${parts}`,
    '/train',
    `/train/${run.run}`,
    '/compare',
    `/compare?runs=${baseline.run},${run.run}`,
    '/models',
    `/models/${parts}/1`,
    '/deploy',
    `/deploy/${encodeURIComponent(deployment)}`,
    `/deploy/${encodeURIComponent(deployment)}/1`,
    '/monitor',
    `/monitor/${parts}`,
    '/pipelines',
    `/pipelines/${failed.job}`,
  ]
  for (const address of addresses) {
    await test.step(address.slice(0, 60), async () => {
      await workbench.visit(address)
      await isHarmless(page, workbench, address)
      if (process.env.LATHE_PICTURES) {
        const picture = `hostile${address.replace(/[^a-z]+/g, '-').slice(0, 30)}.png`
        await page.screenshot({ path: join(process.env.LATHE_PICTURES, picture) })
      }
    })
  }

  await test.step('what a deploy would change', async () => {
    await page.goto(new URL(`/deploy?model=${parts}:1`, page.url()).href)
    const form = workbench.panel('Deploy a model')
    await form.getByRole('textbox', { name: 'Name' }).fill(name.slice(0, 100))
    await form.getByRole('button', { name: 'Show the plan' }).click()
    const plan = form.getByRole('region', { name: 'What would change', exact: true })
    await expect(plan.getByRole('row', { name: /^\+ added model =cmd\(\) <img / })).toContainText('\\u{202e}')
    await isHarmless(page, workbench, 'what a deploy would change')
    if (process.env.LATHE_PICTURES)
      await page.screenshot({ path: join(process.env.LATHE_PICTURES, 'hostile-plan.png') })
  })

  await test.step('what a server answers', async () => {
    await workbench.visit('/monitor')
    await page
      .getByRole('combobox', { name: 'Deployment or address', exact: true })
      .fill(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await page.getByRole('button', { name: 'Watch', exact: true }).click()
    await expect(page.getByRole('alert')).toContainText('<script>window.hurt=1</script>')
    // The browser says by itself that a call was answered with an error.
    expect(workbench.complaints.splice(0).join()).toContain('502')
    await isHarmless(page, workbench, 'what a server answers')
  })

  await test.step('a chart of hostile words, saved as CSV', async () => {
    await workbench.visit(`/train/${run.run}`)
    await page.getByRole('button', { name: /^Save Curves: / }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'Data drawn (CSV)', exact: true }).click()
    const saved = await download
    expect(saved.suggestedFilename()).toMatch(/^[^<>:"/\\|?*\u202e]+\.csv$/)
    expect(await readFile(await saved.path(), 'utf8')).not.toMatch(/^[=+@]/m)
  })

  await test.step('Open in Python of a hostile name', async () => {
    await page.getByRole('button', { name: 'Open in Python', exact: true }).click()
    await expect(page.getByLabel('Python program', { exact: true })).toContainText('\\u202e')
    await isHarmless(page, workbench, 'Open in Python')
  })
  server.close()
})
