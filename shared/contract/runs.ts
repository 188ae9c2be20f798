import { z } from 'zod'
import { Costs } from '../model/costs.ts'
import { Diagnostics } from '../model/evaluation.ts'
import { DatasetReference, Id, Name } from '../model/ids.ts'
import { Job } from '../model/job.ts'
import {
  DeviceChoice,
  Folds,
  Parameters,
  RecalibrationMethod,
  Run,
  SampleRows,
  Series,
  Task,
  TrainRequest,
} from '../model/run.ts'
import { procedure, StartedJob } from './base.ts'

/** Where a search looks for a good value; what declares none is left at its default. */
export const SearchSpace = z.union([
  z.object({ low: z.number(), high: z.number(), log: z.boolean().optional() }),
  /** With one value only: what a search sets it to, instead of the default. */
  z.object({ choices: z.array(z.union([z.number(), z.string(), z.array(z.number())])).min(1) }),
])
export type SearchSpace = z.infer<typeof SearchSpace>

/** One declared setting of an algorithm: forms, flags, search spaces and help draw themselves from it. */
export const ParameterDeclaration = z.object({
  name: z.string(),
  /** `model` is a text that names one: `name`, `name:3` or `name@alias`; `tensor` names one of that model's, as `models.tensors` lists them. */
  kind: z.enum(['integer', 'number', 'choice', 'integers', 'text', 'model', 'tensor']),
  default: z.union([z.number(), z.string(), z.array(z.number())]),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  choices: z.array(z.string()).optional(),
  search: SearchSpace.optional(),
  help: z.string(),
  /** Seldom changed: forms keep it out of sight until asked. */
  advanced: z.boolean().optional(),
})
export type ParameterDeclaration = z.infer<typeof ParameterDeclaration>

export const AlgorithmInfo = z.object({
  id: z.string(),
  name: z.string(),
  help: z.string(),
  /** Trained where no algorithm is named. */
  usual: z.boolean(),
  tasks: z.array(Task),
  devices: z.array(z.string()),
  parameters: z.array(ParameterDeclaration),
})
export type AlgorithmInfo = z.infer<typeof AlgorithmInfo>

export const AlgorithmEstimate = z.object({
  algorithm: z.string(),
  /** Expected, wall clock. */
  seconds: z.number(),
  /** The most that its job is expected to hold. */
  memoryBytes: z.number(),
  /** Runs of this workspace that it was corrected by. */
  runs: z.number().int(),
})
export type AlgorithmEstimate = z.infer<typeof AlgorithmEstimate>

export const TrainSummary = z.object({
  runs: z.array(Run),
  /** Id of the run that is best on the validation rows; null when none is done. */
  best: Id.nullable(),
  /** The metric that it was chosen by. */
  metric: z.string().nullable(),
  /** Best against baseline on the validation rows, in that metric; null without a baseline. */
  overBaseline: z.number().nullable(),
})
export type TrainSummary = z.infer<typeof TrainSummary>

/** Test rows that are looked at where nothing is said. */
export const usualTestRows = { explain: 5000, examine: 20_000 }

export const runs = {
  algorithms: procedure
    .route({ method: 'GET', path: '/algorithms', summary: 'What can be trained, with its parameters' })
    .output(z.object({ algorithms: z.array(AlgorithmInfo) })),
  estimate: procedure
    .route({
      method: 'POST',
      path: '/runs/estimate',
      summary: 'How long trainings will take, and how much memory, before they start',
    })
    .input(
      z.object({
        dataset: DatasetReference,
        target: z.string().min(1).optional(),
        exclude: z.array(z.string()).default([]),
        folds: Folds.default(0),
        sampleRows: SampleRows.optional(),
        algorithms: z
          .array(z.object({ algorithm: z.string(), parameters: Parameters.default({}) }))
          .min(1)
          .max(50),
      }),
    )
    .output(
      z.object({
        estimates: z.array(AlgorithmEstimate),
        /** All the memory that a job can have here. */
        machineBytes: z.number(),
      }),
    ),
  train: procedure
    .route({
      method: 'POST',
      path: '/runs/train',
      summary: 'Train one algorithm, or the usual ones: one run and job each',
    })
    .input(TrainRequest)
    .output(z.object({ runs: z.array(z.object({ run: Run, job: Job })) })),
  request: procedure
    .route({
      method: 'GET',
      path: '/runs/{run}/request',
      summary: 'The request that trains a run again, on the newest version of its dataset or another one',
    })
    .input(
      z.object({
        run: Id,
        dataset: DatasetReference.optional(),
        /** The endpoint whose drift is the reason. */
        endpoint: Name.optional(),
      }),
    )
    .output(TrainRequest.required({ algorithm: true, from: true })),
  summary: procedure
    .route({
      method: 'POST',
      path: '/runs/summary',
      summary: 'Several runs, which is best on validation, and by how much',
    })
    .input(z.object({ runs: z.array(Id).min(1).max(1000) }))
    .output(TrainSummary),
  list: procedure
    .route({ method: 'GET', path: '/runs', summary: 'Runs, newest first, filtered and sorted' })
    .input(
      z.object({
        /** `metrics.auc > 0.9 and algorithm = 'linear'`; see the filter grammar in the runs domain's README. */
        filter: z.string().optional(),
        /** A metric id; best first. */
        sort: z.string().optional(),
        limit: z.coerce.number().int().min(1).max(10_000).default(200),
      }),
    )
    .output(z.object({ runs: z.array(Run) })),
  get: procedure
    .route({ method: 'GET', path: '/runs/{run}', summary: 'One run with its curves' })
    .input(z.object({ run: Id }))
    .output(Run.extend({ curves: z.array(Series) })),
  compare: procedure
    .route({
      method: 'POST',
      path: '/runs/compare',
      summary: 'Paired comparison on the same test rows; the first is the baseline',
    })
    .input(z.object({ runs: z.array(Id).min(2).max(20) }))
    .output(StartedJob),
  costs: procedure
    .route({
      method: 'POST',
      path: '/runs/{run}/costs',
      summary: 'What its errors cost on test rows, and how to answer so that they cost less: threshold, class or shift',
    })
    .input(z.object({ run: Id, costs: Costs }))
    .output(StartedJob),
  recalibrate: procedure
    .route({
      method: 'POST',
      path: '/runs/{run}/recalibrate',
      summary:
        'A new run whose model is this one with its probabilities put right on the validation rows, in the same graph',
    })
    .input(
      z.object({
        run: Id,
        /** A sigmoid for two classes and a temperature for more, when left out. */
        method: RecalibrationMethod.optional(),
      }),
    )
    .output(StartedJob),
  learningCurve: procedure
    .route({
      method: 'POST',
      path: '/runs/{run}/learning-curve',
      summary: 'Its score against the number of training rows: would more of them help?',
    })
    .input(z.object({ run: Id }))
    .output(StartedJob),
  explain: procedure
    .route({
      method: 'POST',
      path: '/runs/{run}/explain',
      summary: 'What its model goes by: importance of the columns on test rows, and how the answer follows each',
    })
    .input(
      z.object({
        run: Id,
        /** Test rows that it is worked out on, at most. */
        rows: z.coerce.number().int().min(50).max(1_000_000).default(usualTestRows.explain),
        device: DeviceChoice.default('auto'),
      }),
    )
    .output(StartedJob),
  examine: procedure
    .route({
      method: 'POST',
      path: '/runs/{run}/examine',
      summary: 'Where its model fails: weak slices, groups, mishaps to its columns, worst rows and what it memorised',
    })
    .input(
      z.object({
        run: Id,
        /** Test rows that are looked at, at most. */
        rows: z.coerce.number().int().min(50).max(200_000).default(usualTestRows.examine),
        /** Columns whose groups are compared, in the model or not; those that look like groups when left out. */
        groups: z.array(z.string()).max(8).default([]),
        device: DeviceChoice.default('auto'),
      }),
    )
    .output(StartedJob),
  diagnostics: procedure
    .route({
      method: 'GET',
      path: '/runs/{run}/diagnostics',
      summary: 'Curves, calibration, confusion or residuals from the recorded test predictions of one run',
    })
    .input(
      z.object({
        run: Id,
        /** The class to hold against the rest, as text; the second when left out. */
        class: z.string().optional(),
      }),
    )
    .output(Diagnostics),
}
