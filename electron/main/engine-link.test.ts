import { expect, test } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { EngineLink } from './engine-link.ts'

function setUp(join: (nth: number) => Promise<string>) {
  let nowMs = 0
  let joins = 0
  const troubles: string[] = []
  const link = new EngineLink({
    join: async () => {
      joins += 1
      return { port: 1, token: 't', pid: 1, boot: await join(joins) }
    },
    onTrouble: error => troubles.push(error.message),
    now: () => nowMs,
  })
  const pass = (ms: number) => {
    nowMs += ms
  }
  return { link, troubles, joins: () => joins, pass }
}

test('one engine is joined for all who ask at once, and another after it was lost', async () => {
  const { link, joins } = setUp(async nth => `boot ${nth}`)
  const [first, second] = await Promise.all([link.current(), link.current()])
  expect([first.boot, second.boot, joins()]).toEqual(['boot 1', 'boot 1', 1])
  await Promise.all([link.lost(first), link.lost(first)])
  expect((await link.current()).boot).toBe('boot 2')
  await link.lost(first)
  expect((await link.current()).boot).toBe('boot 2')
})

test('an engine whose answer broke off is made sure of, which counts as no end', async () => {
  const { link, joins, troubles } = setUp(async () => 'boot')
  for (let i = 0; i < 5; i += 1) await link.doubt(await link.current())
  expect([joins(), troubles]).toEqual([5, []])
  await link.doubt({ port: 1, token: 't', pid: 1, boot: 'another' })
  await link.current()
  expect(joins()).toBe(6)
  await link.current()
  expect(joins()).toBe(6)
})

test('a failed start is told once and tried again after a while', async () => {
  const { link, troubles, joins, pass } = setUp(async nth => {
    if (nth < 3) throw new AppError('workspace-locked', 'Locked')
    return 'boot'
  })
  await expect(link.current()).rejects.toThrow('Locked')
  await expect(link.current()).rejects.toThrow('Locked')
  expect(joins()).toBe(1)
  pass(3001)
  await expect(link.current()).rejects.toThrow('Locked')
  expect(troubles).toEqual(['Locked'])
  link.retry()
  expect((await link.current()).boot).toBe('boot')
})

test('an engine that ends three times in a minute is not started again until a person says so', async () => {
  const { link, troubles, pass } = setUp(async nth => `boot ${nth}`)
  for (const waitMs of [61_000, 10_000, 10_000]) {
    pass(waitMs)
    await link.lost(await link.current())
  }
  await expect(link.current()).rejects.toMatchObject({ code: 'not-ready' })
  pass(1e9)
  await expect(link.current()).rejects.toThrow(/3 times/)
  expect(troubles).toHaveLength(1)
  link.retry()
  expect((await link.current()).boot).toBe('boot 4')
})
