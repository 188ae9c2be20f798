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

function hostileCsv(no = '<b>no</b>'): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const head = [...columns, 'words', 'target'].map(quoted).join(',')
  const rows = Array.from({ length: 300 }, (_, i) => {
    const numbers = columns.map((_column, k) => Math.sin(i * (k + 1)).toFixed(4))
    return [...numbers, quoted(texts[i % texts.length]!), quoted(Math.sin(i) > 0 ? '=cmd()' : no)].join(',')
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
  expect.soft(await page.locator('main script, main img, footer img, nav img').count(), where).toBe(0)
  expect.soft(await beyondTheWindow(page), where).toEqual([])
  expect.soft(await workbench.violations(), where).toEqual([])
  // Last: what hurts may take its time.
  expect.soft(await page.evaluate('window.hurt'), where).toBeUndefined()
  expect.soft(workbench.complaints.splice(0), where).toEqual([])
}

/** Saves one form of the first chart whose label begins so. */
async function saveChart(page: Page, label: string, form: string): Promise<{ name: string; text: string }> {
  await page
    .getByRole('button', { name: new RegExp(`^Save ${label}`) })
    .first()
    .click()
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: form, exact: true }).click()
  const saved = await download
  // The entries of a menu that is about to go are entries of the next one, too.
  await expect(page.getByRole('menu')).toHaveCount(0)
  return { name: saved.suggestedFilename(), text: await readFile(await saved.path(), 'utf8') }
}

/** A saved drawing as an XML parser reads it. */
function readDrawing(page: Page, drawing: string): Promise<{ root: string; active: number; text: string }> {
  return page.evaluate(`(() => {
    const { documentElement } = new DOMParser().parseFromString(${JSON.stringify(drawing)}, 'image/svg+xml')
    const all = [documentElement, ...documentElement.querySelectorAll('*')]
    const isActive = each => [...each.attributes].some(({ name }) => /^on|href$/i.test(name))
    return {
      root: documentElement.nodeName,
      active: all.filter(each => isActive(each) || /script|foreignObject|iframe/i.test(each.nodeName)).length,
      text: documentElement.textContent,
    }
  })()`)
}

test('a file, a pinned slice and the charts of hostile names are shown and saved as text', async ({
  workspace,
  page,
}) => {
  // No system takes more than 255 bytes, a slash or a NUL; control characters some do.
  const file = join(workspace.folder, `=cmd() <img src=x onerror=window.hurt=1> ${bidi} \u0001.csv`)
  await writeFile(file, hostileCsv('<b>no</b>\u0001'))
  await workspace.json('import', file, '--name', 'hostile', '--target', 'target')
  const train = (algorithm: string) =>
    workspace.json<Run>('train', 'hostile', '--target', 'target', '--algorithm', algorithm, '--name', name)
  const [baseline, run] = [await train('baseline'), await train('linear')]
  const workbench = new WorkbenchPage(page)
  const url = await workspace.url()
  await workbench.open(url)
  const where = [
    { column: script, operator: 'at-least', value: '-2' },
    { column: 'words', operator: 'equals', value: '=1+1' },
  ]
  const body = JSON.stringify({ run: run.run, where, most: 0.001 })
  const headers = { ...workspace.headers, 'content-type': 'application/json' }
  const pinned = await fetch(new URL('/api/checks', url), { method: 'POST', headers, body })
  expect(pinned.status, await pinned.text()).toBe(200)
  await workspace.json('examine', run.run)
  await workbench.visit('/data/hostile')
  await isHarmless(page, workbench, 'a file of a hostile name')
  await workbench.visit(`/train/${run.run}`)
  await expect(page.getByRole('region', { name: 'Checks: table' }).getByRole('row').nth(1)).toContainText(script)
  await isHarmless(page, workbench, 'a pinned slice of hostile words')

  await workbench.visit(`/compare?runs=${baseline.run},${run.run}`)
  for (const label of ['Settings and metrics', 'Two metrics: ', 'Curve: ']) {
    const svg = await saveChart(page, label, 'Drawing (SVG)')
    const found = await readDrawing(page, svg.text)
    expect.soft([found.root, found.active], label).toEqual(['svg', 0])
    expect.soft(found.text, label).toContain('=cmd() <img')
    const csv = await saveChart(page, label, 'Data drawn (CSV)')
    expect.soft(csv.text, label).toContain('=cmd() <img')
    expect.soft(csv.text, label).not.toMatch(/(^|,)"?[=+@-][^0-9.]/m)
    const png = await saveChart(page, label, 'Picture (PNG)')
    expect.soft(png.text.slice(1, 4), label).toBe('PNG')
    for (const each of [svg, csv, png]) expect.soft(each.name).toMatch(/^[^<>:"/\\|?*\u202e]+\.(svg|csv|png)$/)
  }
  await isHarmless(page, workbench, 'exports')

  // No XML may hold a control character, not even escaped.
  await workbench.visit('/data/hostile?column=words')
  const words = await saveChart(page, '', 'Drawing (SVG)')
  const { root, active, text } = await readDrawing(page, words.text)
  expect([root, active]).toEqual(['svg', 0])
  expect(text).toContain('<b>no</b>\u{FFFD}')
  expect((await saveChart(page, '', 'Data drawn (CSV)')).text).toMatch(/^'=cmd\(\),/m)
})

test('hostile text in every name, value, note and answer is text in every room, and exported as text', async ({
  workspace,
  page,
}) => {
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
    await workbench.complained('502')
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
