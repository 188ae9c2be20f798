import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AskedRow } from '../model/service-answer.ts'
import { askPrograms } from './ask-program.ts'

const run = promisify(execFile)

/** Answers with the body that it was sent. */
const echo = createServer((request, response) => request.pipe(response))
let url = ''

beforeAll(async () => {
  await new Promise<void>(resolve => echo.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`
})
afterAll(() => {
  echo.close()
})

const hostile: AskedRow = {
  "it's $HOME `id` $(id) !! \\' %27 ’": '\'; echo "gone" #\n\r\t\u0000',
  größe: 'naïve 😀 \u202e\u2028 \ud800 日本',
  '': '\\u0041 \\U0001F600 \\',
  __proto_: '{"x": [1]}',
  number: -1.5e-7,
  big: 1e21,
  whole: 9007199254740991,
  yes: true,
  no: false,
  none: null,
}

const hasBash = process.platform !== 'win32'

test.skipIf(!hasBash)('curl, pasted into a shell, sends the very row', async () => {
  const { stdout } = await run('bash', ['-c', askPrograms.curl.write(url, hostile)])
  expect(JSON.parse(stdout)).toEqual({ inputs: [hostile] })
})

test.skipIf(!hasBash)('the Python program sends the very row, with the standard library alone', async () => {
  const { stdout } = await run('python3', ['-I', '-S', '-c', askPrograms.python.write(url, hostile)])
  expect(JSON.parse(stdout)).toEqual({ inputs: [hostile] })
})

test('nothing in a command for a shell ends its quotes', () => {
  for (const { write } of [askPrograms.curl, askPrograms.powershell]) {
    const command = write("http://x/it's", hostile)
    expect(command).toMatch(/^[\x20-\x7e]+$/)
    const quoted = [...command.matchAll(/'([^']*)'/g)].map(([, text]) => text!)
    expect(quoted[0]).toBe('http://x/it%27s/predict')
    expect(JSON.parse(quoted.at(-1)!)).toEqual({ inputs: [hostile] })
  }
})
