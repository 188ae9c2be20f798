import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** The page as it behaves inside the desktop shell: a stand-in for the preload script, before a real engine. */
const pictures = process.env.LATHE_PICTURES

test('in the shell a file is chosen by the native dialog or comes with the start, and is read where it lies', async ({
  workspace,
  page,
}) => {
  const url = await workspace.url()
  const hold = async (path: string) => {
    const answer = await page.request.post(new URL('/api/files', url).href, {
      headers: { ...workspace.headers, 'x-lathe-path': encodeURIComponent(path) },
    })
    const { file, fileName } = await answer.json()
    return { file, name: fileName }
  }
  let refused: string | null = 'The keychain of this system cannot be used.'
  await page.exposeFunction('pickInTest', () => hold(join(samples, 'breast-cancer.csv')))
  await page.exposeFunction('keepInTest', () => ({ refused }))
  await page.addInitScript(() => {
    const scope = globalThis as unknown as Record<string, unknown>
    const hear = (name: string) => (listener: unknown) => {
      scope[name] = listener
      return () => {}
    }
    scope.lathe = {
      pickFile: scope.pickInTest,
      holdDropped: async () => null,
      onGo: hear('goInTest'),
      onAskPassphrase: hear('askInTest'),
      keepPassphrase: scope.keepInTest,
    }
  })
  const workbench = new WorkbenchPage(page)
  await workbench.open(url)
  await workbench.enter('Data')
  await expect(page.getByLabel('Or the full path of a file on this machine')).toHaveCount(0)
  await workbench.isSoundEverywhere('shell-data', pictures)
  await page.getByRole('button', { name: 'Choose a file', exact: true }).click()
  await expect(page.getByRole('combobox', { name: 'Target column' })).toHaveValue('diagnosis')

  // A file that no path stands behind is sent, as in a browser.
  await page.getByRole('button', { name: 'Another file', exact: true }).click()
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'made up.csv', mimeType: 'text/csv', buffer: Buffer.from('made,up\n1,2\n') })
  await expect(page.getByText(/^made up.csv, .*: 1 rows?, 2 columns$/)).toBeVisible()

  const opened = join(workspace.folder, 'opened <b>ü.csv')
  await writeFile(opened, 'first,second\n1,2\n3,4\n')
  const { file, name } = await hold(opened)
  const go = (path: string) =>
    page.evaluate(to => (globalThis as unknown as { goInTest(path: string): void }).goInTest(to), path)
  await go('/models')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Models')
  await go(`/data?${new URLSearchParams({ file, name })}`)
  await expect(page.getByText(/^opened <b>ü.csv, .*: 2 rows, 2 columns$/)).toBeVisible()
  expect(new URL(page.url()).search).toBe('')

  await page.evaluate(() => (globalThis as unknown as { askInTest(): void }).askInTest())
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill('correct horse')
  await page.getByRole('button', { name: 'Keep it', exact: true }).click()
  await expect(page.getByText('The keychain of this system cannot be used.', { exact: true })).toBeVisible()
  await workbench.isSoundEverywhere('shell-passphrase', pictures)
  refused = null
  await page.getByRole('button', { name: 'Keep it', exact: true }).click()
  await expect(page.getByText('The passphrase is kept')).toBeVisible()
})
