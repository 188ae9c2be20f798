import { readFileSync, renameSync, writeFileSync } from 'node:fs'

export interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

/** What this shell remembers of a person; the product's own data lie in the workspace. */
export interface Settings {
  bounds: Bounds | null
  isMaximized: boolean
  /** Jobs go on when the window is closed, without asking again. */
  keepsJobs: boolean
}

function isBounds(value: unknown): value is Bounds {
  const bounds = value as Partial<Bounds> | null
  return [bounds?.x, bounds?.y, bounds?.width, bounds?.height].every(each => Number.isSafeInteger(each))
}

/** One small file; whatever in it is not as written here reads as never said. */
export class SettingsFile {
  readonly #path: string
  readonly value: Settings

  constructor(path: string) {
    this.#path = path
    const said = this.#read()
    this.value = {
      bounds: isBounds(said.bounds) ? said.bounds : null,
      isMaximized: said.isMaximized === true,
      keepsJobs: said.keepsJobs === true,
    }
  }

  save(change: Partial<Settings>): void {
    Object.assign(this.value, change)
    try {
      writeFileSync(`${this.#path}.new`, JSON.stringify(this.value))
      renameSync(`${this.#path}.new`, this.#path)
    } catch {
      // A full disk costs the place of a window, which nobody needs to be told.
    }
  }

  #read(): Partial<Record<keyof Settings, unknown>> {
    try {
      return (JSON.parse(readFileSync(this.#path, 'utf8')) as Partial<Settings> | null) ?? {}
    } catch {
      return {}
    }
  }
}
