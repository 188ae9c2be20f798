import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text as readAll } from 'node:stream/consumers'
import { AppError } from '../../shared/errors.ts'

/**
 * The passphrase of the workspace's secrets: the first line of stdin where whoever starts the engine sends it there, else of
 * the file that LATHE_PASSPHRASE_FILE names, or what a person types without echo; null when there is none of them, and then
 * the engine works without secrets.
 */
export async function readPassphrase({ ask, isOnStdin }: { ask: boolean; isOnStdin: boolean }): Promise<string | null> {
  if (isOnStdin) return (await readAll(process.stdin)).split(/\r?\n/)[0] || null
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
