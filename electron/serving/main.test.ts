import { type ChildProcess, spawn } from 'node:child_process'
import { appendFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeBundle } from './fixtures.ts'

let bundle: string
const children: ChildProcess[] = []

beforeEach(async () => {
  bundle = await makeBundle()
})
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  await rm(bundle, { recursive: true, force: true })
})

function start(...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--bundle', bundle, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text
  })
  const ended = new Promise<{ code: number | null; said: string }>(resolve =>
    child.once('close', code => resolve({ code, said })),
  )
  const ready = new Promise<number>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', text => resolve((JSON.parse(text) as { port: number }).port))
    void ended.then(() => reject(new Error(`It ended: ${said}`)))
  })
  ready.catch(() => {})
  return { child, ended, ready }
}

test('SIGTERM: what is in flight is answered, then it ends with 0', async () => {
  const { child, ended, ready } = start('--port', '0')
  const url = `http://127.0.0.1:${await ready}`
  const rows = Array.from({ length: 5000 }, (_, i) => ({ age: i, city: 'Graz', since: null }))
  const asked = fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: rows }),
  })
  // The request is there once it is counted.
  while (!/in_flight [2-9]|route="\/predict"/.test(await (await fetch(`${url}/metrics`)).text()));
  child.kill('SIGTERM')
  const answer = (await (await asked).json()) as { outputs: unknown[] }
  expect(answer.outputs).toHaveLength(5000)
  expect((await ended).code).toBe(0)
})

test('a bundle file that was changed on disk is refused by name', async () => {
  await appendFile(join(bundle, 'model.onnx'), 'x')
  const { ended } = start('--port', '0')
  const { code, said } = await ended
  expect(code).toBe(1)
  expect(said).toContain('"code":"digest-mismatch"')
  expect(said).toContain('model.onnx')
})

test('a taken port is said', async () => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const { code, said } = await start('--port', String(port)).ended
  other.close()
  expect(code).toBe(1)
  expect(said).toContain(`Port ${port} of 127.0.0.1 is taken`)
})

test('an argument that means nothing is refused in words', async () => {
  expect((await start('--port', 'eighty').ended).said).toContain('--port is \\"eighty\\"; it is a whole number')
  expect((await start('--prot', '80').ended).said).toContain('--prot')
})
