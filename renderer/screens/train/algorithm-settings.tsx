import { NumberInput, Select, TextInput } from '@mantine/core'
import { type InvalidEvent, useState } from 'react'
import type { AlgorithmInfo, ParameterDeclaration } from '../../../shared/contract/runs.ts'
import type { Parameters, ParameterValue } from '../../../shared/model/run.ts'
import { useEngine } from '../../client/store.ts'
import { TensorField } from './tensor-field.tsx'
import { texts } from './texts.ts'

/** The form of one algorithm, drawn from what it declares; `changed` holds only what differs from the defaults. */
export function AlgorithmSettings(props: {
  algorithm: AlgorithmInfo
  changed: Parameters
  onChange(changed: Parameters): void
}) {
  const { algorithm, changed, onChange } = props
  const advanced = algorithm.parameters.filter(declared => declared.advanced)
  // What a repeated run was asked for is in sight from the start.
  const [isOpen] = useState(advanced.some(({ name }) => name in changed))
  if (algorithm.parameters.length === 0) return null
  const put = (name: string, value: ParameterValue | undefined) => {
    const { [name]: _, ...others } = changed
    const next = value === undefined ? others : { ...others, [name]: value }
    // Another model has other tensors.
    const isModel = algorithm.parameters.some(each => each.name === name && each.kind === 'model')
    const gone = algorithm.parameters.filter(({ kind }) => isModel && kind === 'tensor')
    onChange(Object.fromEntries(Object.entries(next).filter(([key]) => !gone.some(each => each.name === key))))
  }
  const model = algorithm.parameters.flatMap(({ name, kind }) => (kind === 'model' ? (changed[name] ?? []) : []))[0]
  const fields = (isAdvanced: boolean) =>
    algorithm.parameters
      .filter(({ advanced = false }) => advanced === isAdvanced)
      .map(declared => (
        <Field
          key={declared.name}
          declared={declared}
          model={model}
          given={changed[declared.name]}
          onChange={value => put(declared.name, value)}
        />
      ))
  return (
    <details className="settings" onInvalidCapture={openIt}>
      <summary>
        {texts.settings} {algorithm.name}
        {Object.keys(changed).length > 0 && (
          <span className="soft"> · {texts.changed(Object.keys(changed).length)}</span>
        )}
      </summary>
      <div className="form">{fields(false)}</div>
      {advanced.length > 0 && (
        <details className="settings" open={isOpen} onInvalidCapture={openIt}>
          <summary>{texts.moreSettings}</summary>
          <div className="form">{fields(true)}</div>
        </details>
      )}
    </details>
  )
}

/** The browser can only point at a field that is in sight. */
function openIt(event: InvalidEvent<HTMLDetailsElement>) {
  event.currentTarget.open = true
}

/** Characters; such a field is two columns wide. */
const longHelp = 160

/** An empty field means the default, which stands in it as a hint. */
function Field({
  declared,
  model,
  given,
  onChange,
}: {
  declared: ParameterDeclaration
  /** The one that the algorithm goes on from, where one is chosen. */
  model: ParameterValue | undefined
  /** What was said before, shown again when the form comes back. */
  given: ParameterValue | undefined
  onChange(value: ParameterValue | undefined): void
}) {
  const { name, kind, help, choices } = declared
  const fallback = Array.isArray(declared.default) ? declared.default.join(', ') : String(declared.default)
  const models = useEngine(state => state.models) ?? []
  const common = {
    ...{ size: 'xs' as const, label: name, description: help, placeholder: fallback },
    // The help of one field is longer than that of the next: names and fields still stand in lines.
    inputWrapperOrder: ['label' as const, 'input' as const, 'description' as const],
    className: help.length > longHelp ? 'long' : undefined,
  }
  if (kind === 'choice') {
    return (
      <Select
        {...common}
        clearable
        defaultValue={given === undefined ? null : String(given)}
        data={choices ?? []}
        onChange={value => onChange(value === null || value === declared.default ? undefined : value)}
      />
    )
  }
  if (kind === 'model') {
    return (
      <Select
        {...common}
        required
        searchable
        placeholder={texts.chooseModel}
        nothingFoundMessage={texts.noModels}
        defaultValue={given === undefined ? null : String(given)}
        data={models.map(({ model, version }) => `${model}:${version}`)}
        onChange={value => onChange(value ?? undefined)}
      />
    )
  }
  if (kind === 'tensor') {
    return (
      <TensorField {...common} model={model === undefined ? null : String(model)} value={given} onChange={onChange} />
    )
  }
  if (kind === 'text') {
    return (
      <TextInput
        {...common}
        defaultValue={given === undefined ? '' : String(given)}
        onChange={event => onChange(event.currentTarget.value || undefined)}
      />
    )
  }
  if (kind === 'integers') {
    return (
      <TextInput
        {...common}
        defaultValue={Array.isArray(given) ? given.join(', ') : ''}
        pattern="\s*\d+(\s*,\s*\d+)*\s*"
        onChange={event => {
          const numbers = event.currentTarget.value.split(',').map(part => part.trim())
          const isValid = numbers.every(part => /^\d+$/.test(part))
          onChange(isValid ? numbers.map(Number) : undefined)
        }}
      />
    )
  }
  return (
    <NumberInput
      {...common}
      defaultValue={typeof given === 'number' ? given : ''}
      allowDecimal={kind === 'number'}
      min={declared.minimum}
      max={declared.maximum}
      onChange={value => onChange(value === '' || Number(value) === declared.default ? undefined : Number(value))}
    />
  )
}
