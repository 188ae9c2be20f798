import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Page } from '@playwright/test'
import { readRuntimeFile } from '../../electron/headless/runtime-file.ts'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, runner, test } from '../runners/index.ts'

/** The one call that takes long, once for each engine: pages that all wait for it have no connection left for anything else. */
const devicesAreKnown = (page: Page) => expect(page.getByRole('button', { name: 'device: cpu' })).toBeVisible()

/** An engine that is gone is said, joined again, and nothing that was typed is lost; many pages of one browser live beside each other. */
const cells = join(samples, 'breast-cancer.csv')

test('a killed engine is said and joined again, and what was typed stays', async ({ workspace, page, context }) => {
  await workspace.json('import', cells, '--name', 'cells', '--target', 'diagnosis')
  const run = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear')
  await workspace.json('register', run.run, '--name', 'cells-model')
  const { url } = await workspace.json<Deployment>('deploy', 'cells-model', '--target', 'local', '--name', 'service')
  await workspace.json('watch', url!, '--name', 'watched')
  await workspace.json('replay', cells, '--to', url!)
  const address = await workspace.url()
  const at = async (path: string): Promise<WorkbenchPage> => {
    // The desktop shell has one window.
    const workbench = new WorkbenchPage(runner === 'browser' ? await context.newPage() : page)
    if (runner === 'browser') await workbench.page.goto(new URL(path, address).href)
    else await workbench.visit(path)
    await workbench.isConnected()
    return workbench
  }
  await new WorkbenchPage(page).open(address)
  await devicesAreKnown(page)
  const field = (shown: Page, name: string) => shown.getByRole('textbox', { name, exact: true })
  const open: { workbench: WorkbenchPage; name: string; text: string }[] = []
  const type = async (path: string, name: string, text = 'typed') => {
    const workbench = await at(path)
    await field(workbench.page, name).fill(text)
    open.push({ workbench, name, text })
  }
  const isTyped = async () => {
    for (const { workbench, name, text } of open) await expect(field(workbench.page, name)).toHaveValue(text)
  }
  if (runner === 'browser') {
    await type('/models/cells-model/1', 'Reason')
    await type('/train?dataset=cells', 'Seed', '77')
    await type(`/train/${run.run}`, 'Alias (optional)')
    await type('/deploy', 'Name')
  }
  await type('/monitor/watched', 'What happened')

  const isLost = (shown: Page) => shown.getByRole('status').getByText(/^The engine is not answering\./)
  const before = readRuntimeFile(workspace.folder)!
  process.kill(before.pid, 'SIGKILL')
  for (const { workbench } of open) await expect(isLost(workbench.page)).toBeVisible()
  const last = open.at(-1)!.workbench.page
  // What a person asks meanwhile says why it cannot be, and takes nothing away.
  const happened = last.getByRole('region', { name: 'What happened' })
  await happened.getByRole('button', { name: 'Mark', exact: true }).click()
  // The rest of the page, asked for anew by the minute, may have an alert of its own.
  await expect(happened.getByRole('alert')).toContainText('The engine does not answer')
  // As every minute does, and as a person does who looks around.
  await last.getByText('24 hours', { exact: true }).click()
  await isTyped()

  // Whoever needs an engine starts it.
  await workspace.json('jobs')
  for (const { workbench } of open) {
    await workbench.isConnected()
    await expect(isLost(workbench.page)).toHaveCount(0)
  }
  await isTyped()
  expect(readRuntimeFile(workspace.folder)!.boot).not.toBe(before.boot)
  await happened.getByRole('button', { name: 'Mark', exact: true }).click()
  await expect(last.getByRole('cell', { name: 'typed', exact: true })).toBeVisible()
})

if (runner === 'browser') {
  test('a program that takes the port of a killed engine learns nothing, and does not stand in for it', async ({
    workspace,
    page,
  }) => {
    const workbench = new WorkbenchPage(page)
    await workbench.open(await workspace.url())
    await devicesAreKnown(page)
    await workbench.enter('Train')
    const before = readRuntimeFile(workspace.folder)!
    const heard: string[] = []
    const impostor = createServer(async (request, response) => {
      heard.push(`${request.method} ${request.url} ${request.rawHeaders.join(' ')} ${await text(request)}`)
      const proof = { nonce: 'a'.repeat(32), proof: 'b'.repeat(64), json: { workspace: 'of somebody else' } }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(proof))
    })
    process.kill(before.pid, 'SIGKILL')
    await expect(async () => {
      await new Promise<void>((resolve, reject) => {
        impostor.once('error', reject).listen(before.port, '127.0.0.1', resolve)
      })
    }).toPass()
    await expect(page.getByRole('status').getByText(/^The engine is not answering\./)).toBeVisible()
    await expect.poll(() => heard.length).toBeGreaterThan(1)
    // A room that was not loaded yet waits for the engine with its code; what is asked from here says why it cannot be.
    await page.getByRole('link', { name: 'Data', exact: true }).click()
    await expect(page.getByText('Opening Data…')).toBeVisible()
    await page.getByRole('button', { name: 'May connect out', exact: true }).click()
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Another program listens where the engine')
    await page.keyboard.press('Escape')
    // The icon is asked for by the browser.
    const paths = heard.map(line => line.split(' ')[1]).filter(path => path !== '/icon.svg')
    expect(new Set(paths)).toEqual(new Set(['/api/rejoin']))
    for (const line of heard) {
      expect(line).not.toContain(before.token)
      expect(line.toLowerCase()).not.toMatch(/cookie|authorization/)
    }
    impostor.closeAllConnections()
    await new Promise(resolve => impostor.close(resolve))
    await workspace.json('jobs')
    await workbench.isConnected()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Data')
    await expect(page.getByText('of somebody else')).toHaveCount(0)
    const after = readRuntimeFile(workspace.folder)!
    expect(after.port).toBe(before.port)
    expect(after.token).not.toBe(before.token)
  })

  test('nine pages of one browser each hear what happens, and go on when the one that listens is closed', async ({
    workspace,
    context,
  }) => {
    const address = await workspace.url()
    const pages: WorkbenchPage[] = []
    for (let i = 0; i < 9; i += 1) {
      const workbench = new WorkbenchPage(await context.newPage())
      await (i === 0 ? workbench.open(address) : workbench.page.goto(new URL('/data', address).href))
      await workbench.isConnected()
      if (i === 0) await devicesAreKnown(workbench.page)
      pages.push(workbench)
    }
    await pages[0]!.enter('Data')
    const heard = async (name: string) => {
      for (const { page } of pages) await expect(page.getByRole('link', { name, exact: true })).toBeVisible()
    }
    await workspace.json('import', cells, '--name', 'first')
    await heard('first')
    await pages.shift()!.page.close()
    await workspace.json('import', cells, '--name', 'second')
    await heard('second')
    expect(pages.flatMap(({ complaints }) => complaints)).toEqual([])
  })
}
