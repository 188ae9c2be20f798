import { expect, test } from 'vitest'
import { parseImageReference } from './image-reference.ts'

test('host, path, tag and digest are told apart', () => {
  expect(parseImageReference('localhost:5000/team/model:1')).toEqual({
    host: 'localhost:5000',
    repository: 'team/model',
    tag: '1',
    digest: null,
  })
  expect(parseImageReference('registry.example.org/model')).toMatchObject({ repository: 'model', tag: 'latest' })
  const digest = `sha256:${'a'.repeat(64)}`
  expect(parseImageReference(`registry.example.org/model@${digest}`)).toMatchObject({ tag: null, digest })
})

test.each(['model:1', 'team/model', 'https://registry.example.org/model', 'registry.example.org/Model', 'r.io/', ''])(
  'without a registry or a proper path it is refused: %s',
  text => {
    expect(() => parseImageReference(text)).toThrow(expect.objectContaining({ code: 'bad-input' }))
  },
)
