import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** A value that nobody may see: typed without echo, or all of stdin when that is no terminal (one last line end is cut). */
export async function readSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '')
  process.stderr.write(`${question}: `)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  const line = await new Promise<string>(resolve => terminal.question('', resolve))
  terminal.close()
  process.stderr.write('\n')
  return line
}
