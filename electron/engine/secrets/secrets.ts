import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import { writeFileAtomic } from '../base/index.ts'

/** The one door to secrets: names can be listed, values are given only at the moment of use and never leave by the contract. */
export interface Secrets {
  readonly operations: Operations<Contract['secrets']>
  readonly isUnlocked: boolean
  /** Null when there is no such secret. Throws `secrets-locked` when the door is shut. */
  get(name: string): Promise<string | null>
}

const Sealed = z.object({
  formatVersion: z.literal(1),
  salt: z.string(),
  nonce: z.string(),
  tag: z.string(),
  content: z.string(),
})

/** scrypt with N = 2¹⁵, r = 8, p = 1: some 100 ms and 32 MiB (RFC 7914). */
const scryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }

function keyOf(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize('NFKC'), salt, 32, scryptOptions)
}

/**
 * Secrets in `secrets.json` of the workspace: AES-256-GCM under a key that scrypt makes of the passphrase, a new salt and
 * nonce at each write. Without a passphrase the engine works and this door stays shut, saying so.
 */
export function createSecrets(options: { workspace: string; passphrase: string | null }): Secrets {
  const file = join(options.workspace, 'secrets.json')
  const reason = options.passphrase
    ? ''
    : 'No passphrase was given to this engine, so that secrets can neither be read nor kept'
  const mend =
    'Start the engine with LATHE_PASSPHRASE_FILE naming a file that holds the passphrase, or `lathe serve --ask-passphrase`.'
  let values = options.passphrase ? read(file, options.passphrase) : new Map<string, string>()

  const requirePassphrase = (): string => {
    if (!options.passphrase) throw new AppError('secrets-locked', reason, { mend })
    return options.passphrase
  }
  const replace = async (next: Map<string, string>): Promise<void> => {
    await writeFileAtomic(file, seal(next, requirePassphrase()), 0o600)
    values = next
  }
  return {
    isUnlocked: options.passphrase !== null,
    async get(name) {
      if (!options.passphrase && !existsSync(file)) return null
      requirePassphrase()
      return values.get(name) ?? null
    },
    operations: {
      status: () => ({ unlocked: options.passphrase !== null, reason, names: [...values.keys()].sort() }),
      async set({ name, value }) {
        requirePassphrase()
        await replace(new Map(values).set(name, value))
        return { name }
      },
      async remove({ name }) {
        requirePassphrase()
        const next = new Map(values)
        if (!next.delete(name)) throw new AppError('not-found', `There is no secret "${name}"`)
        await replace(next)
        return { name }
      },
    },
  }
}

function seal(values: Map<string, string>, passphrase: string): string {
  const salt = randomBytes(16)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(passphrase, salt), nonce)
  const content = Buffer.concat([cipher.update(JSON.stringify([...values])), cipher.final()])
  return JSON.stringify({
    formatVersion: 1,
    salt: salt.toString('base64'),
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    content: content.toString('base64'),
  })
}

function read(file: string, passphrase: string): Map<string, string> {
  if (!existsSync(file)) return new Map()
  try {
    const sealed = Sealed.parse(JSON.parse(readFileSync(file, 'utf8')))
    const key = keyOf(passphrase, Buffer.from(sealed.salt, 'base64'))
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64'))
    decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'))
    const text = Buffer.concat([decipher.update(Buffer.from(sealed.content, 'base64')), decipher.final()]).toString(
      'utf8',
    )
    return new Map(JSON.parse(text) as [string, string][])
  } catch {
    throw new AppError('secrets-locked', 'The passphrase does not open the secrets of this workspace', {
      mend: 'Give the passphrase that they were kept under, or remove secrets.json from the workspace to start anew.',
    })
  }
}
