import { appendFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { Run } from '../../shared/model/run.ts'
import type { ServiceAnswer } from '../../shared/model/service-answer.ts'
import { TestWorkspace } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** A deployed service in the Deploy room, on a column of every kind. */
const pictures = process.env.LATHE_PICTURES
let workspace: TestWorkspace
let deployment: Deployment

function rowsOf(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const weight = ((i * 37) % 100) / 10
    const colour = ['red', 'green <b>', '$HOME'][i % 3]!
    const since = new Date(Date.UTC(2020, 0, 1 + ((i * 11) % 900))).toISOString().slice(0, 10)
    const isGone = weight + (colour === 'red' ? 3 : 0) > 6
    return [weight, i % 17 ? i % 9 : '', colour, i % 4 === 0, since, isGone ? 'yes' : 'no'].join()
  })
  return `weight,it's visits,colour,member,since,churn\n${rows.join('\n')}\n`
}

/** Of a cluster that is never asked. */
const kubeconfig = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'far', cluster: { server: 'https://127.0.0.1:9' } }],
  users: [{ name: 'me', user: {} }],
  contexts: [{ name: 'far', context: { cluster: 'far', user: 'me' } }],
}

/** Of the one deployment. */
async function logFolder(): Promise<string> {
  const folder = join(workspace.folder, 'deployments')
  const [only] = await readdir(folder)
  return join(folder, only!)
}

test.beforeAll(async () => {
  workspace = await TestWorkspace.make()
  workspace.env.KUBECONFIG = join(workspace.folder, 'kubeconfig')
  await writeFile(workspace.env.KUBECONFIG, JSON.stringify(kubeconfig))
  const file = join(workspace.folder, 'customers.csv')
  await writeFile(file, rowsOf(300))
  await workspace.json('import', file, '--name', 'customers', '--target', 'churn')
  const run = await workspace.json<Run>('train', 'customers', '--target', 'churn', '--algorithm', 'linear')
  await workspace.json('register', run.run, '--name', 'churn')
  deployment = await workspace.json<Deployment>('deploy', 'churn', '--target', 'local', '--name', 'churn-service')
})
test.afterAll(() => workspace.close())

test('a cluster is not missed before it was looked for, and a version that was not pushed leads to where it is', async ({
  page,
}) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Deploy')
  const form = workbench.panel('Deploy a model')
  const { promise: told, resolve: tell } = Promise.withResolvers<void>()
  await page.route(/\/workspace\/doctor$/, async route => {
    await told
    await route.continue()
  })
  await form.getByRole('combobox', { name: 'Target', exact: true }).click()
  await page.getByRole('option', { name: 'a Kubernetes cluster', exact: true }).click()
  await expect(form.getByLabel('Namespace')).toBeVisible()
  await expect(form.getByText('No kubeconfig names a cluster')).toHaveCount(0)
  tell()
  await form.getByRole('combobox', { name: 'Cluster (context)', exact: true }).click()
  await page.getByRole('option', { name: 'far', exact: true }).click()
  await form.getByRole('button', { name: 'Show the plan', exact: true }).click()
  await expect(form.getByRole('alert')).toContainText('or name one that was pushed (“Pushed image”).')
  await form.getByRole('alert').getByRole('link', { name: 'Models', exact: true }).click()
  await expect(page).toHaveURL(/\/models\/churn\/1$/)
  await expect(workbench.panel('Push to a registry')).toBeVisible()
})

test('a service is asked in the room as on the command line, and says when it is gone', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  const origins = new Set<string>()
  page.on('request', request => origins.add(new URL(request.url()).origin))
  await workbench.open(await workspace.url())
  await workbench.enter('Deploy')
  await workbench.panel('Deployments').getByRole('link', { name: 'churn-service', exact: true }).click()
  const panel = workbench.panel('Ask it')
  const ask = panel.getByRole('button', { name: 'Ask', exact: true })
  const answered = panel.getByRole('definition')

  await panel.getByRole('textbox', { name: 'weight' }).fill('9.5')
  await panel.getByRole('textbox', { name: "it's visits" }).fill('')
  await panel.getByRole('combobox', { name: 'colour', exact: true }).click()
  await page.getByRole('option', { name: '$HOME', exact: true }).click()
  await panel.getByLabel('since').fill('2021-05-06')
  const program = panel.getByRole('region', { name: 'What to paste', exact: true })
  const given = /-d '(.*)'$/
  await expect(program).toHaveText(given)
  const pasted = async () => JSON.parse(given.exec((await program.textContent())!)![1]!).inputs[0]
  const typed = { weight: 9.5, "it's visits": null, colour: '$HOME', since: '2021-05-06' }
  await expect.poll(pasted).toMatchObject(typed)
  const row = await pasted()
  const wanted = await workspace.json<ServiceAnswer>('ask', 'churn-service', '--row', JSON.stringify(row))
  await ask.click()
  const { prediction, probabilities } = wanted.outputs![0]!
  await expect(panel.locator('output')).toHaveText(String(prediction))
  await expect(panel.getByTitle(String(probabilities!.yes), { exact: true })).toBeVisible()
  await expect(answered.nth(0)).toHaveText(deployment.url!)
  await expect(answered.nth(1)).toHaveText('churn:1')
  await workbench.isSoundEverywhere('deploy-ask', pictures)

  await panel.getByText('Python', { exact: true }).click()
  await expect(program).toContainText('urllib.request')
  await panel.getByRole('textbox', { name: 'weight' }).fill('')
  // What it said was to another row.
  await expect(panel.locator('output')).toHaveCount(0)
  await expect(program).toContainText('"weight": None')
  await ask.click()
  await expect(answered.nth(1)).toHaveText('churn:1')
  await panel.getByRole('button', { name: 'Typical row' }).click()
  await expect(answered).toHaveCount(0)

  const log = workbench.panel('Log')
  const lines = log.getByRole('region', { name: 'Lines of the log', exact: true })
  await log.getByRole('button', { name: 'Follow the log' }).click()
  await expect(lines).toContainText('"Ready"')
  const hostile = `\u001b[31m<script>alert(1)</script> \u202e ${'x'.repeat(10_000)} end of it`
  await appendFile(join(await logFolder(), 'server.log'), `${hostile}\n`)
  await expect(lines).toContainText('\\u{1b}[31m<script>alert(1)</script> \\u{202e} xxx')
  await log.getByRole('textbox', { name: 'Only lines with' }).fill('<SCRIPT>')
  await expect(lines).not.toContainText('"Ready"')
  await expect(lines).toContainText('end of it')
  await workbench.isSoundEverywhere('deploy-log', pictures)

  process.kill(Number(deployment.handle.pid), 'SIGKILL')
  await expect(log.getByText(/ has ended; nothing more will come\.$/)).toBeVisible()
  await ask.click()
  await expect(panel.getByRole('alert')).toContainText(/No replica of "churn-service" is ready|does not answer/)
  await expect(panel.getByRole('alert')).not.toContainText('lathe ')
  await expect(panel.getByRole('alert').getByRole('link', { name: 'Deploy', exact: true })).toBeVisible()
  if (pictures) await page.screenshot({ path: join(pictures, 'deploy-gone.png') })
  // The browser itself complains of a call that failed.
  expect(await workbench.violations()).toEqual([])
  expect([...origins]).toEqual([new URL(page.url()).origin])
})
