import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { freshNonce, isProof, proofKey, prove } from './proof.ts'

const challenge = { host: '127.0.0.1:4711', pageNonce: 'a'.repeat(32), engineNonce: 'b'.repeat(32) }

test('a proof is an HMAC over who, where and both nonces', async () => {
  const text = JSON.stringify(['lathe', 'engine', challenge.host, challenge.pageNonce, challenge.engineNonce])
  const wanted = createHmac('sha256', 'secret').update(text).digest('hex')
  expect(await prove(await proofKey('secret'), 'engine', challenge)).toBe(wanted)
})

test('a proof counts for its prover, its place, its nonces and its secret alone', async () => {
  const key = await proofKey('secret')
  const proof = await prove(key, 'engine', challenge)
  expect(await isProof(proof, key, 'engine', challenge)).toBe(true)
  expect(await isProof(proof, key, 'page', challenge)).toBe(false)
  for (const other of [{ host: '127.0.0.1:4712' }, { pageNonce: freshNonce() }, { engineNonce: freshNonce() }])
    expect(await isProof(proof, key, 'engine', { ...challenge, ...other })).toBe(false)
  expect(await isProof(proof, await proofKey('another'), 'engine', challenge)).toBe(false)
  for (const bad of ['', 'zz', proof.slice(2), proof.toUpperCase()])
    expect(await isProof(bad, key, 'engine', challenge)).toBe(false)
})
