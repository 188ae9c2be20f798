import { Select } from '@mantine/core'
import { formatBytes } from '../../../shared/lib/format.ts'
import type { Device } from '../../../shared/model/workspace.ts'
import { texts } from './texts.ts'

function deviceLabel({ device, available, name, detail, memoryBytes }: Device): string {
  const memory = memoryBytes === null ? '' : `, ${formatBytes(memoryBytes)}`
  return available ? `${device}: ${name}${memory}` : `${device}: not here, ${detail}`
}

/** Where it is trained; what is not here says why. */
export function DeviceField(props: { devices: Device[]; value: string; onChange(value: string): void }) {
  const { devices, value, onChange } = props
  return (
    <Select
      size="xs"
      allowDeselect={false}
      label={texts.device}
      description=" "
      data={[
        { value: 'auto', label: texts.autoDevice },
        ...devices.map(each => ({ value: each.device, label: deviceLabel(each), disabled: !each.available })),
      ]}
      value={value}
      onChange={next => onChange(next ?? 'auto')}
    />
  )
}
