import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { safeStorage } from 'electron'

/**
 * The passphrase of a workspace's secrets, encrypted by the system's keychain, beside this shell's settings. Where the system has
 * none (Linux without a wallet encrypts under a key that everybody knows) nothing is kept.
 */
export class Keychain {
  readonly #file: string

  constructor({ folder, workspace }: { folder: string; workspace: string }) {
    this.#file = join(folder, `passphrase-${createHash('sha256').update(workspace).digest('hex').slice(0, 16)}`)
  }

  /** Why nothing can be kept here, as a sentence; null when it can. */
  async refusal(): Promise<string | null> {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return 'The keychain of this system cannot be used.'
    if (process.platform !== 'linux') return null
    const backend = safeStorage.getSelectedStorageBackend()
    if (backend !== 'basic_text' && backend !== 'unknown') return null
    return 'This desktop has no keychain (GNOME Keyring or KWallet), so that the passphrase could not be kept safely.'
  }

  async keep(passphrase: string): Promise<void> {
    await writeFile(this.#file, await safeStorage.encryptStringAsync(passphrase), { mode: 0o600 })
  }

  /** Null when there is none, or it can no longer be read. */
  async read(): Promise<string | null> {
    try {
      const encrypted = await readFile(this.#file)
      if ((await this.refusal()) !== null) return null
      return (await safeStorage.decryptStringAsync(encrypted)).result
    } catch {
      return null
    }
  }

  async forget(): Promise<void> {
    await rm(this.#file, { force: true })
  }
}
