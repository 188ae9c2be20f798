import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { expect, runner } from '../runners/index.ts'

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
      if (message.type() !== 'error' && message.type() !== 'warning') return
      // A browser gives up its requests when an interface of the machine comes or goes, as those of containers do; the page asks again.
      if (message.text().includes('ERR_NETWORK_CHANGED')) return
      this.complaints.push(message.text())
    })
    page.on('pageerror', error => this.complaints.push(String(error)))
  }

  panel(title: string): Locator {
    return this.page.getByRole('region', { name: title, exact: true })
  }

  /** `url` of the engine's page; a desktop window is on its own address already, and has to show the same engine. */
  async open(url: string): Promise<void> {
    if (runner === 'browser') await this.page.goto(url)
    else await this.page.goto('app://lathe/')
    await this.isConnected()
    if (runner === 'browser') return
    // The ticket that nobody took shows which engine this is.
    const ticket = new URLSearchParams(new URL(url).hash.slice(1)).get('ticket') ?? ''
    const taken = await fetch(new URL('/api/session', url), { method: 'POST', headers: { 'x-lathe-ticket': ticket } })
    const headers = { authorization: `Bearer ${((await taken.json()) as { token: string }).token}` }
    const wanted = await (await fetch(new URL('/api/health', url), { headers })).json()
    expect(await this.page.evaluate(() => fetch('/api/health').then(answer => answer.json()))).toEqual(wanted)
  }

  /** What Ctrl-K opens. */
  get palette(): Locator {
    return this.page.getByRole('dialog', { name: 'Go to a room or an object, or do something', exact: true })
  }

  async isConnected(): Promise<void> {
    const bar = this.page.getByRole('contentinfo')
    await expect(bar.getByText('engine connected', { exact: true })).toBeVisible()
  }

  /** Goes to an address of the page that is open, and waits until what it names shows. */
  async visit(address: string): Promise<void> {
    await this.page.goto(new URL(address, this.page.url()).href)
    await this.isConnected()
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible()
    await this.#isAnswered()
  }

  /** Nothing of the page waits for the engine any more. */
  async #isAnswered(): Promise<void> {
    await expect(this.page.getByText(/^(Asking the engine…|Opening \w+…)$/)).toHaveCount(0)
  }

  /** Ctrl-K, some letters, and Enter once the entry of this label (no special characters) is the one that it would take. */
  async jump(letters: string, label: string): Promise<void> {
    await this.page.keyboard.press('Control+k')
    await expect(this.palette.getByRole('textbox')).toBeFocused()
    await this.page.keyboard.type(letters)
    await expect(this.palette.locator('[data-selected]')).toHaveText(new RegExp(`^${label}`))
    await this.page.keyboard.press('Enter')
    await expect(this.palette).toBeHidden()
  }

  /** The rooms of the rail, in its order. */
  get rooms(): Locator {
    return this.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link')
  }

  /** What the rooms are called; never none. */
  async roomNames(): Promise<string[]> {
    await expect(this.rooms).not.toHaveCount(0)
    return this.rooms.allTextContents()
  }

  /** Goes to a room by its link and waits until it shows, with what the engine says of it. */
  async enter(room: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: room, exact: true }).click()
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(room)
    await this.#isAnswered()
  }

  /** Takes note of what the browser complained about when a call of the page was refused, which it may say after the page does. */
  async complained(of: string): Promise<void> {
    await expect.poll(() => this.complaints.join()).toContain(of)
    this.complaints.length = 0
  }

  /** Cancels a job by its button, and says that it is meant where it has worked for long. */
  async cancel(button: Locator): Promise<void> {
    const name = (await button.getAttribute('aria-label')) ?? ''
    await button.click()
    const sure = this.page.getByRole('group', { name: `${name}?`, exact: true })
    // The job may be over, and its line with it, before anything else of it was seen.
    await expect(button.filter({ hasText: /^Cancel$/ })).toHaveCount(0)
    if (await sure.isVisible()) await sure.getByRole('button', { name: /^Lose what / }).click()
  }

  /** Shows the page in a theme, and waits for its controls, which follow a moment after the page's own colours. */
  async look(media: {
    colorScheme: 'light' | 'dark'
    contrast?: 'more' | null
    forcedColors?: 'active'
  }): Promise<void> {
    await this.page.emulateMedia(media)
    await expect(this.page.locator('html')).toHaveAttribute('data-mantine-color-scheme', media.colorScheme)
  }

  /** Sound in light on a usual screen and in dark on a small one; with `pictures` one of each theme and size is kept. */
  async isSoundEverywhere(name: string, pictures?: string): Promise<void> {
    for (const [colorScheme, width, height, isChecked] of looks) {
      if (!isChecked && !pictures) continue
      await this.look({ colorScheme })
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

  /**
   * What axe finds, each with the first element that it finds it at. In the page itself, which has no frames: the usual way takes a second page
   * and three times the processor.
   */
  async violations(): Promise<string[]> {
    const axe = new AxeBuilder({ page: this.page }).setLegacyMode().options({ resultTypes: ['violations'] })
    const { violations } = await axe.analyze()
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  }
}
