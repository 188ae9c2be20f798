import { Select, type SelectProps } from '@mantine/core'
import type { ModelTensors } from '../../../shared/model/model.ts'
import type { ParameterValue } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { wordsInWindow } from '../../components/in-window.ts'
import { texts } from './texts.ts'

/** The tensors of a version, as they were told since it was made; the model is run to tell them. */
async function tensorsOf(model: string, madeAt: number): Promise<ModelTensors> {
  const subject = `model:${model}`
  const { jobs } = await engine.jobs.list({ kind: 'tensors', state: 'done', subject, limit: 1 })
  const known = jobs[0] && jobs[0].createdAt >= madeAt ? jobs[0] : (await engine.models.tensors({ model })).job
  return (await engine.jobs.result({ job: known.job })).result as ModelTensors
}

interface TensorFieldProps
  extends Pick<SelectProps, 'size' | 'label' | 'description' | 'className' | 'inputWrapperOrder'> {
  /** `name:3`; null while none is chosen. */
  model: string | null
  value: ParameterValue | undefined
  onChange(value: ParameterValue | undefined): void
}

/** Up to which of its tensors a model stays as it is: a choice of those that a head can be put on, in the order they are worked out. */
export function TensorField({ model, value, onChange, description, ...common }: TensorFieldProps) {
  const made = useEngine(({ models }) => models?.find(each => `${each.model}:${each.version}` === model))
  const asked = useAsked(`${model} ${made?.createdAt}`, async () =>
    model === null ? null : await tensorsOf(model, made?.createdAt ?? 0),
  )
  const isTold = asked.value !== null && `${asked.value.model}:${asked.value.version}` === model
  const tensors = isTold ? (asked.value?.tensors ?? []) : []
  const usual = tensors.find(({ isLast }) => isLast)
  const chosen = value === undefined ? usual : tensors.find(({ name }) => name === value)
  const placeholder = () => {
    if (model === null) return texts.tensors.modelFirst
    if (!isTold) return asked.error ? '' : texts.tensors.asking
    if (usual) return shaped(usual)
    return tensors.length > 0 ? texts.tensors.choose : texts.tensors.none
  }
  const trouble = () => {
    if (asked.error) return `${asked.error.message}. ${wordsInWindow(asked.error.mend ?? '')}`
    return isTold && value !== undefined && !chosen ? texts.tensors.notThere(String(value), model ?? '') : null
  }
  return (
    <Select
      {...common}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      clearable
      searchable
      // One that its own last layer does not tell has to be chosen.
      required={tensors.length > 0 && !usual}
      disabled={tensors.length === 0}
      placeholder={placeholder()}
      description={chosen && model ? texts.tensors.frozen(model, chosen.name, chosen.shape) : description}
      error={trouble()}
      data={tensors.map(each => ({ value: each.name, label: shaped(each) }))}
      renderOption={({ option }) => {
        const told = tensors.find(({ name }) => name === option.value)
        return (
          <span className="tensor-option">
            <span>{option.label}</span>
            {told && <span className="soft">{texts.tensors.madeBy(told.operator, told.isLast)}</span>}
          </span>
        )
      }}
      value={value === undefined ? null : String(value)}
      onChange={name => onChange(name ?? undefined)}
    />
  )
}

const shaped = ({ name, shape }: ModelTensors['tensors'][number]) => `${name} [${shape.join(' × ')}]`
