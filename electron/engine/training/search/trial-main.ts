import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { deserialize } from 'node:v8'
import { AppError, toAppError } from '../../../../shared/errors.ts'
import { isBetter, metricTable } from '../../../../shared/model/metrics.ts'
import type { Parameters } from '../../../../shared/model/run.ts'
import { measure, selectionMetric } from '../../evaluation/index.ts'
import type { TrainingData } from '../algorithm.ts'
import { algorithms } from '../algorithms/index.ts'
import { type CrossValidation, crossValidate } from '../cross-validate.ts'
import { type Answered, answer, finishTraining } from '../finish-training.ts'
import { fitModel } from '../forecast/on-top-of.ts'
import { type Prepared, prepareTraining } from '../prepare.ts'
import { answersTo, refit, type Unlearned } from '../refit.ts'
import { pickDevice, trainContext } from '../train-model.ts'
import { endedAs, endOf } from './early-end.ts'
import { blendOf, leave, readEvidence } from './evidence.ts'
import { partOf } from './part.ts'
import type { Blended, Fitted, FromTrial, Opened, ToTrial } from './wire.ts'

/** What a trial leaves of a model that may be among the best. */
interface Kept {
  answered: Answered
  folded: Pick<CrossValidation, 'metrics' | 'each' | 'warnings'>
}

const never = new AbortController().signal
let opened: { prepared: Prepared; threads: number; temporaryFolder: string } | null = null

/**
 * A trial's process: reads the table once, then fits whatever it is told. It knows no budget: whoever started it ends it. It ends with them
 * as well.
 */
async function handle(message: ToTrial): Promise<FromTrial> {
  switch (message.type) {
    case 'open':
      return { type: 'opened', opened: await open(message) }
    case 'fit':
      return { type: 'fitted', fitted: await fitTrial(message) }
    case 'blend':
      return { type: 'blended', blended: blend(message) }
    case 'refit':
      return { type: 'refitted', isRefitted: await refitTrial(message) }
    case 'finish': {
      const { answered, folded } = deserialize(readFileSync(message.file)) as Kept
      await mkdir(message.outFolder, { recursive: true })
      const context = { outFolder: message.outFolder, signal: never, progress() {} }
      const { prepared: read } = known()
      const prepared = message.refit ? { ...read, spec: { ...read.spec, refit: true } } : read
      return { type: 'finished', trained: await finishTraining(prepared, message, answered, folded, context) }
    }
  }
}

function known() {
  if (!opened) throw new AppError('internal', 'The process of a trial was asked before it read the data')
  return opened
}

async function open({ spec, threads, temporaryFolder, finishes }: ToTrial & { type: 'open' }): Promise<Opened> {
  await mkdir(temporaryFolder, { recursive: true })
  const prepared = await prepareTraining(spec)
  if (finishes) {
    prepared.suspects()
    prepared.reference()
  }
  opened = { prepared, threads, temporaryFolder }
  const { data, target, split, signature } = prepared
  const texts = prepared.raw.columns.filter(({ name, kind }) => kind === 'text' && data.features.includes(name))
  const categories = texts.reduce(
    (sum, each) => sum + (each.kind === 'text' ? Math.min(50, each.dictionary.length) : 0),
    0,
  )
  return {
    task: target.task,
    hasTexts: texts.length > 0,
    shape: {
      trainRows: split.train.length,
      columns: data.features.length,
      width: data.features.length - texts.length + categories,
      outputs: signature.classes.length > 2 ? signature.classes.length : 1,
    },
  }
}

async function fitTrial({
  algorithm: id,
  parameters,
  share,
  seconds: most,
  keep,
  evidence,
}: ToTrial & { type: 'fit' }): Promise<Fitted> {
  const { prepared } = known()
  const { raw, target, split } = prepared
  const finish = endOf(algorithms.get(id), { seconds: most, share, folds: prepared.spec.folds })
  const { algorithm, device, context } = await contextOf(id, parameters, finish)
  const { dataOf, frame } = prepared
  // The intervals of a forecast are told from its validation rows: it is not fitted to them in the end, and not blended.
  const isRefit = frame === null
  const spec = { ...prepared.spec, algorithm: id, parameters, refit: isRefit, ...(share < 1 ? { folds: 0 } : {}) }
  const part = share < 1 ? partOf({ target, split, share, seed: spec.seed }) : null
  const data: TrainingData = { ...prepared.data, ...part }
  const judges = part?.validation ?? split.validation
  const begun = performance.now()
  const folded = await crossValidate(raw, { algorithm, dataOf, spec, target, split, frame }, context)
  const foldSeconds = (performance.now() - begun) / 1000
  const metric = selectionMetric(target.task)
  const isWanted = (score: number) => keep.than === null || isBetter(metric, score, keep.than)
  const scored = (score: number | null | undefined): number => {
    if (score !== null && score !== undefined && Number.isFinite(score)) return score
    throw new AppError('bad-data', `The ${metricTable[metric].name} of its validation rows is undefined`, {
      mend: 'They may hold one class only: split otherwise, or gather more rows.',
    })
  }
  const told = { metrics: folded.metrics, each: folded.each, warnings: folded.warnings }
  const witness = (unlearned: Unlearned, isScored = true) => leave(evidence, { unlearned, isScored, folded: told })
  const ofFolds = isRefit && folded.unlearned && answersTo(split.validation, folded.unlearned) ? folded.unlearned : null
  if (ofFolds) witness(ofFolds)
  // A fold learns from all but its part of the rows that the last fit learns from.
  const count = folded.each.length
  const refitSeconds = ofFolds?.settled ? foldSeconds / (count - 1) : null
  if (folded.metrics && !isWanted(scored(folded.metrics[metric]))) {
    return { score: scored(folded.metrics[metric]), isKept: false, ended: null, refitSeconds }
  }
  const begunLast = performance.now()
  const fitted = await fitModel(algorithm, data, parameters, folded.rest)
  const fitSeconds = (performance.now() - begunLast) / 1000
  const { settled } = fitted
  const early = finish?.aborted ? endedAs(algorithm, { parameters, settled, seconds: fitSeconds }) : null
  if (early) told.warnings = [...told.warnings, early.warning]
  const ended = early?.parameters ?? null
  const validation = await fitted.predict(judges)
  const score = scored(
    folded.metrics
      ? folded.metrics[metric]
      : measure(metric, {
          task: target.task,
          classes: target.classes,
          truth: Float64Array.from(judges, row => target.values[row]!),
          predictions: validation,
        }),
  )
  if (share < 1) return { score, isKept: false, ended: null, refitSeconds: null }
  const alone = { parts: [split.validation], answers: [validation], settled: settled ?? null }
  if (isRefit && !ofFolds) witness(alone, !folded.metrics)
  const wholeSeconds = (fitSeconds * (split.train.length + split.validation.length)) / split.train.length
  // Where no fold saw some validation rows unlearned, as with one class in the newest, the last fit goes by this fit, as a training's does.
  const seconds = ofFolds ? refitSeconds : isRefit && settled ? wholeSeconds : null
  if (!isWanted(score)) return { score, isKept: false, ended, refitSeconds: seconds }
  leave(keep.file, { answered: await answer(prepared, fitted, device, validation), folded: told } satisfies Kept)
  return { score, isKept: true, ended, refitSeconds: seconds }
}

async function contextOf(id: string, parameters: Parameters, finish = never) {
  const { prepared, threads, temporaryFolder } = known()
  const algorithm = algorithms.get(id)
  const spec = { ...prepared.spec, algorithm: id, parameters }
  const device = await pickDevice(algorithm, spec)
  const bare = { signal: never, finish, temporaryFolder, progress() {}, log() {}, metric() {} }
  return { algorithm, device, context: { ...trainContext(spec, device.device, bare), threads } }
}

function blend({ members, seconds, evidence }: ToTrial & { type: 'blend' }): Blended {
  const { target } = known().prepared
  const blended = blendOf(members, { target, metric: selectionMetric(target.task), seconds })
  if (!blended) return null
  const { evidence: left, ...told } = blended
  leave(evidence, left)
  return told
}

/** False where it cannot be fitted without validation rows. */
async function refitTrial({
  algorithm: id,
  parameters,
  evidence,
  file,
}: ToTrial & { type: 'refit' }): Promise<boolean> {
  const { algorithm, device, context } = await contextOf(id, parameters)
  const { unlearned, folded } = readEvidence(evidence)
  const answered = await refit(known().prepared, { algorithm, parameters }, unlearned, context, device)
  if (answered) leave(file, { answered, folded } satisfies Kept)
  return answered !== null
}

const send = (message: FromTrial) => process.connected && process.send?.(message, undefined, undefined, () => {})
process.on('disconnect', () => process.exit(3))
process.on('message', (message: ToTrial) => {
  handle(message).then(send, (thrown: unknown) => {
    const error = toAppError(thrown)
    if (error.code === 'internal' && thrown instanceof Error) console.error(thrown.stack)
    send({ type: 'failed', error: error.toJSON() })
  })
})
