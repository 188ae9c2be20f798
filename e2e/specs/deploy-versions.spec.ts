import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { Run } from '../../shared/model/run.ts'
import type { ServiceAnswer } from '../../shared/model/service-answer.ts'
import { TestWorkspace } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** A deployment goes from one version to the next and back, each time through what would change. */
const pictures = process.env.LATHE_PICTURES
let workspace: TestWorkspace

test.beforeAll(async () => {
  workspace = await TestWorkspace.make()
  const file = join(workspace.folder, 'sizes.csv')
  const rows = Array.from({ length: 200 }, (_, i) => [i % 10, (i * 7) % 13, (i % 10) * 2 + ((i * 7) % 13)].join())
  await writeFile(file, `width,height,size\n${rows.join('\n')}\n`)
  await workspace.json('import', file, '--name', 'sizes', '--target', 'size')
  for (const algorithm of ['baseline', 'linear', 'gradient-boosting']) {
    const run = await workspace.json<Run>('train', 'sizes', '--target', 'size', '--algorithm', algorithm)
    await workspace.json('register', run.run, '--name', 'sizes')
    if (algorithm === 'linear') await workspace.json('register', run.run, '--name', 'elsewhere')
  }
})
test.afterAll(async () => {
  await workspace.run(['undeploy', 'sizes-service'])
  await workspace.close()
})

async function served(): Promise<string> {
  const row = JSON.stringify({ width: 3, height: 4 })
  const { model } = await workspace.json<ServiceAnswer>('ask', 'sizes-service', '--row', row)
  return `${model!.name}:${model!.version}`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

test('a new version goes live through its diff, fails and is cancelled without harm, and is gone back from', async ({
  page,
}) => {
  const workbench = new WorkbenchPage(page)
  const choose = async (panel: Locator, model: string) => {
    await panel.getByRole('combobox', { name: 'Model' }).click()
    await page.getByRole('option', { name: model, exact: true }).click()
  }
  await workbench.open(await workspace.url())

  await test.step('a new one', async () => {
    await page.goto(new URL('/deploy?model=sizes:1', page.url()).href)
    const form = workbench.panel('Deploy a model')
    await expect(form.getByRole('combobox', { name: 'Model' })).toHaveValue('sizes:1')
    await form.getByRole('textbox', { name: 'Name' }).fill('sizes-service')
    await form.getByRole('button', { name: 'Show the plan' }).click()
    const plan = form.getByRole('region', { name: 'What would change', exact: true })
    await expect(plan.getByRole('heading', { name: /sizes-service would be made$/ })).toBeVisible()
    await expect(plan.getByRole('row', { name: /^\+ added model sizes:1$/ })).toBeVisible()
    // Another wish has another plan.
    await choose(form, 'sizes:2')
    await expect(plan).toHaveCount(0)
    await choose(form, 'sizes:1')
    await form.getByRole('button', { name: 'Show the plan' }).click()
    await expect(plan.getByRole('row', { name: /^\+ added model sizes:1$/ })).toBeVisible()
    await workbench.isSoundEverywhere('deploy-plan-new', pictures)
    await plan.getByRole('button', { name: 'Deploy', exact: true }).click()
    const said = form.getByRole('status').filter({ hasText: /sizes-service serves sizes:1 at http/ })
    await expect(said).toBeVisible({ timeout: 180_000 })
    await said.getByRole('link', { name: 'sizes-service' }).click()
  })

  const versions = workbench.panel('Versions')
  const update = workbench.panel('Put another version in its place')
  const plan = page.getByRole('region', { name: 'What would change', exact: true })
  const { url, handle } = (await workspace.json<{ deployments: Deployment[] }>('deployments')).deployments[0]!

  await test.step('nothing would change', async () => {
    await expect(versions.getByRole('row')).toHaveCount(2)
    await choose(update, 'sizes:1')
    await update.getByRole('button', { name: 'Show the plan' }).click()
    await expect(plan.getByRole('status')).toHaveText(/^Nothing would change/)
    await expect(plan.getByRole('button')).toHaveText(['Close'])
    await workbench.isSoundEverywhere('deploy-plan-nothing', pictures)
  })

  await test.step('another model', async () => {
    const other = update.getByText(/^This is another model than sizes: /)
    await expect(other).toHaveCount(0)
    await choose(update, 'elsewhere:1')
    await expect(other).toBeVisible()
    await update.getByRole('button', { name: 'Show the plan' }).click()
    await expect(plan.getByRole('row', { name: '~ changed model sizes:1 elsewhere:1', exact: true })).toBeVisible()
    await plan.getByRole('button', { name: 'Close', exact: true }).click()
  })

  await test.step('the next version', async () => {
    await choose(update, 'sizes:2')
    await update.getByRole('button', { name: 'Show the plan' }).click()
    await expect(plan.getByRole('row', { name: '~ changed model sizes:1 sizes:2', exact: true })).toBeVisible()
    await expect(plan.getByRole('row', { name: /^~ changed bundle sha256:\w+ sha256:\w+$/ })).toBeVisible()
    await expect(plan.getByRole('listitem').first()).toContainText('beside the one of sizes:1')
    await workbench.isSoundEverywhere('deploy-plan-update', pictures)
    await plan.getByRole('button', { name: 'Replace what is live' }).click()
    await expect(update.getByRole('status')).toContainText(`sizes-service serves sizes:2 at ${url}`, {
      timeout: 180_000,
    })
    await expect(versions.getByRole('row', { name: /^2 sizes:2 live deployed sizes:1 → sizes:2/ })).toBeVisible()
    expect(await served()).toBe('sizes:2')
    await expect(page.getByRole('alert')).toHaveCount(0)
  })

  await test.step('one that fails', async () => {
    const port = await freePort()
    await choose(update, 'sizes:3')
    await update.getByRole('textbox', { name: 'Port' }).fill(String(port))
    await page.keyboard.press('Enter')
    await expect(plan.getByRole('row', { name: /^~ changed address / })).toBeVisible()
    const squatter = createServer()
    await new Promise<void>(resolve => squatter.listen(port, '127.0.0.1', resolve))
    await plan.getByRole('button', { name: 'Replace what is live' }).click()
    await expect(update.getByRole('alert')).toContainText(/is taken by another program. sizes:2 serves on/, {
      timeout: 180_000,
    })
    squatter.close()
    // The browser itself writes down every call that failed.
    await workbench.complained('409')
    await versions
      .getByRole('row', { name: /^3 sizes:3 failed/ })
      .getByRole('link', { name: '3', exact: true })
      .click()
    await expect(versions.getByText('Number 3 never came to serve, so there is no way back to it:')).toBeVisible()
    await expect(versions.getByRole('alert')).toContainText(`Port ${port} of 127.0.0.1 is taken`)
    await workbench.isSoundEverywhere('deploy-failed', pictures)
    await page.goBack()
  })

  await test.step('one that is cancelled half-way', async () => {
    // Windows cannot hold a process still.
    if (process.platform === 'win32') return
    await update.getByRole('textbox', { name: 'Port' }).fill('')
    await page.keyboard.press('Enter')
    await expect(plan.getByRole('row', { name: '~ changed model sizes:2 sizes:3', exact: true })).toBeVisible()
    // What holds the port does not come to start the new server.
    process.kill(Number(handle.pid), 'SIGSTOP')
    await plan.getByRole('button', { name: 'Replace what is live' }).click()
    const line = workbench.panel('Under way')
    await expect(line).toContainText('starting the model server', { timeout: 180_000 })
    await workbench.isSoundEverywhere('deploy-under-way', pictures)
    await workbench.cancel(line.getByRole('button', { name: 'Cancel Deploy sizes:3 as sizes-service (local)' }))
    await expect(update.getByRole('alert')).toContainText('Cancelled', { timeout: 180_000 })
    process.kill(Number(handle.pid), 'SIGCONT')
    await expect.poll(() => workbench.complaints.splice(0)).toHaveLength(1)
    await expect(line).toHaveCount(0)
    expect(await served()).toBe('sizes:2')
  })

  await test.step('the way back, and Back', async () => {
    await versions.getByRole('link', { name: 'Go back to number 1', exact: true }).click()
    await expect(page).toHaveURL(/\/deploy\/sizes-service\/1$/)
    await expect(plan.getByRole('row', { name: '~ changed model sizes:2 sizes:1', exact: true })).toBeVisible()
    await workbench.isSoundEverywhere('deploy-way-back', pictures)
    await page.goBack()
    await expect(page).toHaveURL(/\/deploy\/sizes-service$/)
    await expect(plan).toHaveCount(0)
    await page.goto(new URL('/deploy/sizes-service/2', page.url()).href)
    await expect(versions.getByText('Number 2 is live now.')).toBeVisible()
    await page.goto(new URL('/deploy/sizes-service/99', page.url()).href)
    await expect(versions.getByText('There is no number 99 of this deployment.')).toBeVisible()
    await page.goto(new URL('/deploy/sizes-service/1', page.url()).href)
    await plan.getByRole('button', { name: 'Go back to number 1', exact: true }).click()
    await expect(versions.getByRole('status')).toContainText(`sizes-service serves sizes:1 at ${url}`, {
      timeout: 180_000,
    })
    await expect(page).toHaveURL(/\/deploy\/sizes-service$/)
    await expect(versions.getByRole('row', { name: /^4 sizes:1 live back to 1 sizes:2 → sizes:1/ })).toBeVisible()
    expect(await served()).toBe('sizes:1')
    await expect(page.getByRole('alert')).toHaveCount(0)
    await workbench.isSoundEverywhere('deploy-versions', pictures)
  })
})
