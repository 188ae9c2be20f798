import { afterEach, expect, test } from 'vitest'
import { type Docker, egress } from '../../../clients/index.ts'
import { requireImage } from './image-source.ts'

afterEach(() => egress.setAirGap(false))

/** An engine that answers an image's inspection with this status. */
const engine = (statusCode: number) =>
  ({
    getImage: () => ({
      inspect: () =>
        statusCode === 200 ? Promise.resolve({}) : Promise.reject(Object.assign(new Error(), { statusCode })),
    }),
  }) as unknown as Docker

test('with the air gap on an image that would be pulled from elsewhere is refused before anything is done', async () => {
  await requireImage(engine(404), 'registry.example.com/team/model:1')
  egress.setAirGap(true)
  await expect(requireImage(engine(404), 'registry.example.com/team/model:1')).rejects.toMatchObject({
    code: 'air-gapped',
    message: expect.stringContaining('registry.example.com:443'),
  })
  await requireImage(engine(404), '127.0.0.1:5000/team/model:1')
  await requireImage(engine(200), 'registry.example.com/team/model:1')
  await expect(requireImage(engine(500), 'registry.example.com/team/model:1')).rejects.toMatchObject({
    statusCode: 500,
  })
})
