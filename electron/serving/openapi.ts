import type { ColumnType } from '../../shared/model/dataset.ts'
import { latheVersion } from '../../shared/version.ts'
import type { ServedModel } from './model.ts'

const types: Record<ColumnType, object> = {
  number: { type: ['number', 'null'] },
  integer: { type: ['number', 'null'] },
  boolean: { type: ['boolean', 'null'] },
  date: { type: ['string', 'number', 'null'], description: 'ISO 8601, or milliseconds since 1970 UTC' },
  datetime: { type: ['string', 'number', 'null'], description: 'ISO 8601, or milliseconds since 1970 UTC' },
  text: { type: ['string', 'null'] },
}

function described(type: ColumnType, about: string | undefined): object {
  const told: { description?: string } = types[type]
  return about === undefined ? told : { ...told, description: [about, told.description].filter(Boolean).join('; ') }
}

/** OpenAPI 3.1 of this server with this model: its columns, and a golden row with its answer as the example. */
export function openApi({ identity, predictor }: ServedModel): object {
  const { contract, golden } = predictor.bundle
  const row = {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(contract.columns.map(({ name, type, about }) => [name, described(type, about)])),
    required: contract.columns.filter(({ required }) => required).map(({ name }) => name),
  }
  const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })
  const json = (schema: object, example?: unknown) => ({
    content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
  })
  const failure = (description: string) => ({ description, ...json(reference('Error')) })
  const plain = (summary: string) => ({ get: { summary, responses: { 200: { description: 'OK' } } } })
  return {
    openapi: '3.1.0',
    info: { title: identity.name, version: String(identity.version ?? latheVersion), description: identity.digest },
    paths: {
      '/predict': {
        post: {
          summary: 'Predict rows of raw columns',
          requestBody: {
            required: true,
            ...json(
              {
                anyOf: [
                  {
                    type: 'object',
                    properties: { inputs: { type: 'array', items: reference('Row') } },
                    required: ['inputs'],
                  },
                  reference('Row'),
                  { type: 'object', properties: { features: { type: 'array' } }, required: ['features'] },
                ],
              },
              { inputs: golden.rows.slice(0, 1) },
            ),
          },
          responses: {
            200: {
              description: 'One output a row, in order',
              ...json(reference('Answer'), { id: '1', model: identity, outputs: golden.outputs.slice(0, 1) }),
            },
            400: failure('No JSON'),
            413: failure('The body is too large'),
            422: failure('A field is not what the model takes; row, field and what was expected are named'),
            429: failure('Too many requests are waiting'),
          },
        },
      },
      '/health/live': plain('The process runs'),
      '/health/ready': plain('The model answers'),
      '/metrics': plain('Prometheus text'),
      '/drift': {
        get: {
          summary: 'Counts over the reference bins, never rows',
          parameters: [
            { name: 'since', in: 'query', schema: { type: 'integer' }, description: 'Milliseconds since 1970 UTC' },
          ],
          responses: { 200: { description: 'OK' } },
        },
      },
    },
    components: {
      schemas: {
        Row: row,
        Answer: {
          type: 'object',
          properties: {
            id: { type: 'string' },
            model: { type: 'object' },
            outputs: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  prediction: { type: ['string', 'number'] },
                  probabilities: { type: 'object', additionalProperties: { type: 'number' } },
                  anomaly: { type: 'boolean' },
                },
                required: ['prediction'],
              },
            },
          },
          required: ['id', 'model', 'outputs'],
        },
        Error: {
          type: 'object',
          properties: {
            error: {
              type: 'object',
              properties: {
                code: { type: 'string' },
                message: { type: 'string' },
                mend: { type: 'string' },
                details: { type: 'object' },
              },
              required: ['code', 'message'],
            },
          },
        },
      },
    },
  }
}
