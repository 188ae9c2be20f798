import { z } from 'zod'
import { bundleRoles } from '../inference/bundle.ts'
import { RowsReadOptions } from '../model/dataset.ts'
import { DatasetReference, Digest, Id, ModelReference, Name } from '../model/ids.ts'
import { AliasChange, ClassNames, ModelVersion, PastEvaluation } from '../model/model.ts'
import { DeviceChoice } from '../model/run.ts'
import { AskedRow } from '../model/service-answer.ts'
import { procedure, StartedJob } from './base.ts'

/** Makes a version champion although its run breaks a pinned check. */
const Force = z.boolean().default(false)

export const models = {
  register: procedure
    .route({ method: 'POST', path: '/models/register', summary: 'Make a model version of a finished run' })
    .input(z.object({ run: Id, name: Name, alias: Name.optional(), force: Force }))
    .output(ModelVersion),
  list: procedure
    .route({ method: 'GET', path: '/models', summary: 'All model versions, newest first' })
    .output(z.object({ models: z.array(ModelVersion) })),
  get: procedure
    .route({ method: 'GET', path: '/models/{model}', summary: 'One version by name, name:3 or name@alias' })
    .input(z.object({ model: ModelReference }))
    .output(ModelVersion.extend({ aliasHistory: z.array(AliasChange) })),
  setAlias: procedure
    .route({ method: 'POST', path: '/models/alias', summary: 'Point an alias at a version' })
    .input(
      z.object({
        ...{ model: ModelReference, alias: Name, reason: z.string().max(1000).default(''), force: Force },
        /** The version that it must name until now, null for none; whatever it names where this is left out. */
        expected: z.number().int().positive().nullable().optional(),
      }),
    )
    .output(ModelVersion),
  removeAlias: procedure
    .route({ method: 'POST', path: '/models/alias/remove', summary: 'Take an alias away; the version stays' })
    .input(
      z.object({
        ...{ model: Name, alias: Name, reason: z.string().max(1000).default('') },
        expected: z.number().int().positive().optional(),
      }),
    )
    .output(ModelVersion),
  /** Read-only bytes, held against their digest before they are sent. */
  bundleFile: procedure
    .route({ method: 'GET', path: '/bundles/{bundle}/{role}', summary: 'One file of a model bundle' })
    .input(z.object({ bundle: Digest, role: z.enum(bundleRoles) }))
    .output(z.file()),
  importFile: procedure
    .route({
      method: 'POST',
      path: '/models/import',
      summary: 'Make a model version of an ONNX file, or of a fitted model',
    })
    .input(
      z.object({
        file: z.string().min(1),
        name: Name,
        alias: Name.optional(),
        /** An interpreter with the model's libraries and skl2onnx, by path or name: turns a fitted model's file into ONNX. */
        python: z.string().min(1).optional(),
        /** Rows that are like those it learned from: they name its columns, and a converted model has to answer them as before. */
        dataset: DatasetReference.optional(),
        /** The dataset's column that it predicts. */
        target: z.string().optional(),
        /** What its classes are called, where it calls them otherwise than the data do. */
        classes: ClassNames.optional(),
      }),
    )
    .output(StartedJob),
  nameClasses: procedure
    .route({
      method: 'POST',
      path: '/models/name-classes',
      summary: 'The next version of an imported model, with its classes called as those of the data',
    })
    .input(z.object({ model: ModelReference, classes: ClassNames }))
    .output(StartedJob),
  tensors: procedure
    .route({
      method: 'POST',
      path: '/models/tensors',
      summary: 'The tensors of a model up to which it can be frozen, with their shapes',
    })
    .input(z.object({ model: ModelReference }))
    .output(StartedJob),
  evaluate: procedure
    .route({
      method: 'POST',
      path: '/models/evaluate',
      summary: 'Metrics of a model on a dataset, or on the test rows of a run',
    })
    .input(
      z.object({
        model: ModelReference.optional(),
        /** In place of a model: the one that this run made. It is not among the evaluations that are kept. */
        run: Id.optional(),
        /** All rows that have a target; the run's own when left out. */
        dataset: DatasetReference.optional(),
        /** A run: on its test rows alone, held against its answers row by row. */
        against: Id.optional(),
        /** For an imported model that does not know its target. */
        target: z.string().optional(),
        device: DeviceChoice.default('auto'),
      }),
    )
    .output(StartedJob),
  evaluations: procedure
    .route({ method: 'GET', path: '/models/{model}/evaluations', summary: 'Evaluations of a version, newest first' })
    .input(z.object({ model: ModelReference, limit: z.coerce.number().int().min(1).max(1000).default(100) }))
    .output(z.object({ evaluations: z.array(PastEvaluation) })),
  explain: procedure
    .route({ method: 'POST', path: '/models/explain', summary: 'Why a model answers one row as it does' })
    .input(
      z.object({
        model: ModelReference,
        /** Columns that it lacks are missing. */
        row: AskedRow,
      }),
    )
    .output(StartedJob),
  predict: procedure
    .route({ method: 'POST', path: '/models/predict', summary: 'Batch scoring of a CSV or Parquet file into another' })
    .input(
      z.object({
        model: ModelReference,
        file: z.string().min(1),
        out: z.string().min(1),
        device: DeviceChoice.default('auto'),
        options: RowsReadOptions.default({}),
      }),
    )
    .output(StartedJob),
  retrain: procedure
    .route({ method: 'POST', path: '/models/retrain', summary: "A version's recipe on newer data; promote or stop" })
    .input(z.object({ model: ModelReference, dataset: DatasetReference, alias: Name.default('champion') }))
    .output(StartedJob),
}
