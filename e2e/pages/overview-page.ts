import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'

/** The first window as a person meets it. Collects everything that the browser complains about. */
export class OverviewPage {
  readonly page: Page
  readonly complaints: string[] = []

  constructor(page: Page) {
    this.page = page
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text())
    })
    page.on('pageerror', error => this.complaints.push(String(error)))
  }

  panel(title: string): Locator {
    return this.page.getByRole('region', { name: title, exact: true }).first()
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url)
    await expect(this.page.getByText('engine connected')).toBeVisible()
  }

  /** No accessibility violation and no complaint of the browser. */
  async isSound(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
    expect(this.complaints).toEqual([])
  }
}
