import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { AppError } from '../../shared/errors.ts'

/**
 * The passphrase of the workspace's secrets: the first line of the file that LATHE_PASSPHRASE_FILE names, or what a
 * person types without echo; null when there is neither, and then the engine works without secrets.
 */
export async function readPassphrase(ask: boolean): Promise<string | null> {
  const file = process.env.LATHE_PASSPHRASE_FILE
  if (file) {
    try {
      return readFileSync(file, 'utf8').split(/\r?\n/)[0] || null
    } catch (error) {
      throw new AppError('bad-input', `LATHE_PASSPHRASE_FILE names ${file}, which cannot be read`, { cause: error })
    }
  }
  if (!ask) return null
  if (!process.stdin.isTTY) {
    throw new AppError('bad-input', '--ask-passphrase needs a terminal', { mend: 'Set LATHE_PASSPHRASE_FILE instead.' })
  }
  process.stderr.write('Passphrase of this workspace: ')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  const line = await new Promise<string>(resolve => terminal.question('', resolve))
  terminal.close()
  process.stderr.write('\n')
  return line || null
}
