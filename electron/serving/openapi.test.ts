import { expect, test } from 'vitest'
import { openApi } from './openapi.ts'

test('a field says what it has to hold, where its column does', () => {
  const columns = [
    { name: 'day', type: 'date', required: true, nullable: true, about: 'the time that is foretold' },
    { name: 'price', type: 'number', required: true, nullable: true, about: '"price" at the foretold time' },
    { name: 'size', type: 'number', required: true, nullable: true },
  ]
  const bundle = { contract: { formatVersion: 1, columns }, golden: { rows: [], outputs: [] } }
  const model = { identity: { name: 'sales', version: 1, digest: 'sha256:0' }, predictor: { bundle } }
  const { components } = openApi(model as never) as { components: { schemas: { Row: { properties: object } } } }
  expect(components.schemas.Row.properties).toEqual({
    day: {
      type: ['string', 'number', 'null'],
      description: 'the time that is foretold; ISO 8601, or milliseconds since 1970 UTC',
    },
    price: { type: ['number', 'null'], description: '"price" at the foretold time' },
    size: { type: ['number', 'null'] },
  })
})
