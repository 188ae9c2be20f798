import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError, toAppError } from '../../shared/errors.ts'
import { decodeOutputs, type OutputTensor } from '../../shared/inference/decode.ts'
import { latheVersion } from '../../shared/version.ts'
import { rowsOf, type ServedModel } from './model.ts'
import { datatypeOf, datatypes, readInferRequest, writeInferAnswer } from './open-inference.ts'
import { maximumRows } from './predict-body.ts'

interface Names {
  name: string
  version?: string
}

/** What the routes need of the server around them. */
export interface InferHost {
  model: ServedModel
  isReady(): boolean
  /** Runs work in the server's queue and counts what it answered. */
  measured<Result>(
    work: () => Promise<Result>,
    rowsIn: (result: Result) => number,
    counted: (result: Result, ms: number) => void,
  ): Promise<Result>
  statusOf(error: unknown): number
}

/** Open Inference Protocol v2 over HTTP: health, metadata, infer with the binary tensor extension. Errors are `{"error": text}`. */
export function openInferenceRoutes(app: FastifyInstance, host: InferHost): void {
  const { identity, predictor, sample } = host.model
  const { signature } = predictor
  const version = String(identity.version ?? 1)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, _request, reply) =>
    reply.status(host.statusOf(error)).send({ error: toAppError(error).message }),
  )

  const requireModel = (names: Names) => {
    if (names.name !== identity.name || (names.version ?? version) !== version) {
      const wanted = names.version ? `${names.name}:${names.version}` : names.name
      throw new AppError('not-found', `There is no model "${wanted}" here; this server has ${identity.name}:${version}`)
    }
  }
  const health = (reply: FastifyReply) => reply.status(host.isReady() ? 200 : 503).send()
  const tensors = () => ({
    inputs: signature.inputs.map(({ name, type, columns, vector }) => ({
      name,
      datatype: datatypes[type],
      shape: vector ? [-1] : [-1, columns.length],
    })),
    outputs: Object.entries(sample).map(([name, { dims, data }]) => ({
      name,
      datatype: datatypeOf(data),
      shape: [-1, ...dims.slice(1).map(Number)],
    })),
  })

  app.get('/v2/health/live', (_request, reply) => reply.send())
  app.get('/v2/health/ready', (_request, reply) => health(reply))
  app.get('/v2', () => ({
    name: 'lathe',
    version: latheVersion,
    extensions: ['binary_tensor_data', 'model_repository'],
  }))
  app.post('/v2/repository/index', () => [{ name: identity.name, version, state: 'READY', reason: '' }])
  for (const base of ['/v2/models/:name', '/v2/models/:name/versions/:version']) {
    app.get<{ Params: Names }>(`${base}/ready`, (request, reply) => {
      requireModel(request.params)
      return health(reply)
    })
    app.get<{ Params: Names }>(base, request => {
      requireModel(request.params)
      return { name: identity.name, versions: [version], platform: 'onnxruntime_onnx', ...tensors() }
    })
    app.get<{ Params: Names }>(`${base}/config`, request => {
      requireModel(request.params)
      const { inputs, outputs } = tensors()
      const describe = ({ name, datatype, shape }: (typeof inputs)[number]) => ({
        name,
        data_type: `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`,
        dims: shape,
      })
      return {
        name: identity.name,
        platform: 'onnxruntime_onnx',
        backend: 'onnxruntime',
        max_batch_size: 0,
        input: inputs.map(describe),
        output: outputs.map(describe),
      }
    })
    app.post<{ Params: Names; Body: Buffer | undefined }>(`${base}/infer`, async (request, reply) => {
      requireModel(request.params)
      const header = request.headers['inference-header-content-length']
      const body = request.body ?? Buffer.alloc(0)
      const infer = readInferRequest(body, header === undefined ? null : Number(header), signature.inputs)
      const rows = infer.inputs[0]?.dims[0] ?? 0
      if (rows < 1 || rows > maximumRows) {
        throw new AppError('bad-input', `A request has 1 to ${maximumRows} rows, this one has ${rows}`)
      }
      const unknown = infer.outputs.find(({ name }) => !Object.hasOwn(sample, name))
      if (unknown)
        throw new AppError(
          'bad-input',
          `The model has no output "${unknown.name}"; it has ${Object.keys(sample).join(', ')}`,
        )
      const results = await host.measured(
        () => predictor.run(infer.inputs),
        () => rows,
        (outputs, ms) =>
          host.model.drift.add(Date.now(), rowsOf(signature, infer.inputs), decodeOutputs(signature, outputs), ms),
      )
      const wanted = infer.outputs.length
        ? infer.outputs
        : Object.keys(results).map(name => ({ name, isBinary: infer.isBinary }))
      const answer = writeInferAnswer(
        { ...(infer.id === undefined ? {} : { id: infer.id }), model_name: identity.name, model_version: version },
        wanted.map(({ name, isBinary }) => ({ name, tensor: results[name] as OutputTensor, isBinary })),
      )
      if (answer.headerLength === null) return reply.type('application/json').send(answer.body)
      return reply
        .header('Inference-Header-Content-Length', String(answer.headerLength))
        .type('application/octet-stream')
        .send(answer.body)
    })
  }
}
