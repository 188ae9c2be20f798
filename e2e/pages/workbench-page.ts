import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'

const looks = [
  ['light', 1440, 900, true],
  ['light', 1024, 700, false],
  ['dark', 1440, 900, false],
  ['dark', 1024, 700, true],
] as const

/** The workbench as a person meets it. Collects everything that the browser complains about. */
export class WorkbenchPage {
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

  /** The rooms of the rail, in its order. */
  get rooms(): Locator {
    return this.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link')
  }

  /** Goes to a room by its link and waits until it shows. */
  async enter(room: string): Promise<void> {
    await this.rooms.filter({ hasText: room }).click()
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(room)
  }

  /** Sound in light on a usual screen and in dark on a small one; with `pictures` one of each theme and size is kept. */
  async isSoundEverywhere(name: string, pictures?: string): Promise<void> {
    for (const [colorScheme, width, height, isChecked] of looks) {
      if (!isChecked && !pictures) continue
      await this.page.emulateMedia({ colorScheme })
      await this.page.setViewportSize({ width, height })
      if (isChecked) await this.isSound()
      if (pictures) await this.page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${width}.png`) })
    }
  }

  /** No accessibility violation and no complaint of the browser. */
  async isSound(): Promise<void> {
    expect(await this.violations()).toEqual([])
    expect(this.complaints).toEqual([])
  }

  /** What axe finds, each with the first element that it finds it at. */
  async violations(): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page: this.page }).analyze()
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  }
}
