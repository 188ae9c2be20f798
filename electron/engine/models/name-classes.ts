import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { Golden } from '../../../shared/inference/bundle.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { ClassNames } from '../../../shared/model/model.ts'
import type { Task } from '../../../shared/model/run.ts'
import type { JobFunction } from '../jobs/index.ts'
import { readBundle, withBothClasses, writeBundle } from '../runtime/index.ts'

export interface NameClassesInput {
  model: string
  version: number
  classes: ClassNames
}

/** The bundle in `in/bundle` with its classes called otherwise, as a bundle in `out/bundle`. */
export const nameClassesJob: JobFunction<NameClassesInput, { task: Task | null }> = ({ classes }, context) =>
  nameClasses(join(context.folder, 'in', 'bundle'), join(context.outFolder, 'bundle'), classes)

/**
 * Writes the bundle `from` to `to`, its classes called as `classes` says; the file of the model stays as it is. Of a model that answers one value
 * between 0 and 1 that value is the probability of the class that is named for 1, and 1 less it is put beside it. Throws `bad-input` for a class
 * that the model lacks, that stays without a name, or that would be called as another one.
 */
export async function nameClasses(from: string, to: string, classes: ClassNames): Promise<{ task: Task }> {
  const bundle = await readBundle(from)
  const { signature, golden } = bundle
  const file = await readFile(bundle.modelPath)
  const isValue = signature.task === 'regression'
  const labels = ownLabels(signature, classes)
  refuseOther(labels, classes)
  const names = labels.map(label => classes[label]!)
  const task = names.length === 2 ? 'binary' : 'multiclass'
  const probabilities = isValue ? 'probabilities of both' : signature.outputs.probabilities
  const renamed: Signature = {
    ...{ ...signature, task, classes: names, labels },
    outputs: isValue ? { probabilities, value: null } : signature.outputs,
  }
  const own = new Map((signature.classes.length ? signature.classes : labels).map((name, k) => [name, names[k]!]))
  const outputs = golden.outputs.map(output => (isValue ? ofBoth(output, names) : called(output, own)))
  const model = isValue ? withBothClasses(file, signature.outputs.value!, probabilities!) : file
  const { profile, contract, provenance } = bundle
  await writeBundle(to, { model, signature: renamed, profile, contract, provenance, golden: { ...golden, outputs } })
  return { task }
}

/** What the model calls its classes; where neither it nor anybody said, those that are named now, in their order. */
function ownLabels({ task, classes, labels }: Signature, named: ClassNames): string[] {
  if (task === 'regression') return ['0', '1']
  const known = labels ?? classes
  return known.length ? known : Object.keys(named)
}

function refuseOther(labels: readonly string[], classes: ClassNames): void {
  const mend = `Name each of its classes once: ${labels.slice(0, 5).join(', ')}${labels.length > 5 ? ', …' : ''}.`
  const refusal = (message: string) => new AppError('bad-input', message, { mend })
  const alien = Object.keys(classes).find(label => !labels.includes(label))
  if (alien !== undefined) throw refusal(`The model has no class ${JSON.stringify(alien)}`)
  if (labels.length < 2) throw refusal('One class alone is nothing to tell apart')
  const unnamed = labels.find(label => classes[label] === undefined)
  if (unnamed !== undefined) throw refusal(`It is not said what the model's class ${JSON.stringify(unnamed)} is called`)
  const twice = labels.find((label, k) => labels.findIndex(each => classes[each] === classes[label]) < k)
  if (twice !== undefined) throw refusal(`Two classes of the model would be called ${JSON.stringify(classes[twice])}`)
}

function ofBoth({ prediction }: Golden['outputs'][number], names: readonly string[]): Golden['outputs'][number] {
  const second = Number(prediction)
  if (!(second >= -1e-6 && second <= 1 + 1e-6)) {
    throw new AppError(
      'bad-input',
      `The model answers ${second} to a made-up row, which is no probability of a class`,
      {
        mend: 'Put a sigmoid into it, or export it with one score a class.',
      },
    )
  }
  return {
    prediction: names[second > 0.5 ? 1 : 0]!,
    probabilities: { [names[0]!]: Math.fround(1 - second), [names[1]!]: second },
  }
}

function called(
  { prediction, probabilities, ...rest }: Golden['outputs'][number],
  names: ReadonlyMap<string, string>,
): Golden['outputs'][number] {
  const name = (label: string) => {
    const known = names.get(label)
    if (known !== undefined) return known
    throw new AppError(
      'bad-input',
      `The model answers ${JSON.stringify(label)} to a made-up row, and that has no name`,
      {
        mend: 'Name each class that it answers.',
      },
    )
  }
  return {
    ...{ ...rest, prediction: name(String(prediction)) },
    ...(probabilities && {
      probabilities: Object.fromEntries(Object.entries(probabilities).map(([label, value]) => [name(label), value])),
    }),
  }
}
