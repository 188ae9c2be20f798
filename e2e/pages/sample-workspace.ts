import { expect, type Page } from '@playwright/test'
import type { Job } from '../../shared/model/job.ts'
import type { Run } from '../../shared/model/run.ts'
import type { TestWorkspace } from '../lathe.ts'
import { WorkbenchPage } from './workbench-page.ts'

/** Makes the finished sample project in a page; gives the address of every room and of an object in each. */
export async function openSampleProject(
  page: Page,
  workspace: TestWorkspace,
): Promise<{ workbench: WorkbenchPage; addresses: string[] }> {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await page.getByRole('button', { name: 'Open the finished sample project', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Remove the sample', exact: true })).toBeVisible({ timeout: 180_000 })
  const { runs } = await workspace.json<{ runs: Run[] }>('runs')
  const { jobs } = await workspace.json<{ jobs: Job[] }>('jobs')
  const two = runs
    .slice(0, 2)
    .map(({ run }) => run)
    .join(',')
  const addresses = [
    '/overview',
    '/data',
    '/data/sample-cells',
    '/train',
    `/train/${runs[0]!.run}`,
    '/compare',
    `/compare?runs=${two}`,
    '/models',
    '/models/sample-model/1',
    '/deploy',
    '/deploy/sample-service',
    '/monitor',
    '/monitor/sample-endpoint',
    '/pipelines',
    `/pipelines/${jobs[0]!.job}`,
  ]
  return { workbench, addresses }
}

/** Things of the page that lie beyond its width, and cannot be scrolled to within a region of their own. */
export async function beyondTheWindow(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const width = window.innerWidth
    const scrolls = element => {
      for (let up = element.parentElement; up; up = up.parentElement) {
        const style = getComputedStyle(up)
        if (/auto|scroll/.test(style.overflowX) && up.scrollWidth > up.clientWidth && up.tagName !== 'MAIN') return true
        if (/hidden|clip/.test(style.overflowX) && up.tagName !== 'BODY') return true
      }
      return false
    }
    const found = []
    if (document.documentElement.scrollWidth > width) found.push('the page is ' + document.documentElement.scrollWidth + ' wide')
    const main = document.querySelector('main')
    if (main.scrollWidth > main.clientWidth) found.push('main is ' + main.scrollWidth + ' in ' + main.clientWidth)
    for (const element of document.querySelectorAll('main *, footer *, nav *')) {
      const box = element.getBoundingClientRect()
      if (box.width === 0 || box.height === 0) continue
      if ((box.right > width + 1 || box.left < -1) && !scrolls(element)) found.push(element.outerHTML.slice(0, 160))
    }
    return found.slice(0, 5)
  })()`)
}
