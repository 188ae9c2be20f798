import { Select } from '@mantine/core'
import { formatBytes } from '../../shared/lib/format.ts'
import { DeviceChoice } from '../../shared/model/run.ts'
import type { Device } from '../../shared/model/workspace.ts'
import { useDevices } from '../client/devices.ts'
import { wordsInWindow } from './in-window.ts'
import { texts } from './texts.ts'

/** Where a piece of work is to run: on the device that suits it best, or on a named one. */
export function DeviceSelect(props: {
  value: DeviceChoice
  label?: string
  description?: string
  onChange(device: DeviceChoice): void
}) {
  const { value } = useDevices()
  return (
    <Select
      size="xs"
      allowDeselect={false}
      label={props.label ?? texts.device.label}
      description={props.description}
      data={[
        { value: 'auto', label: texts.device.auto },
        ...(value?.devices ?? []).map(each => ({
          value: each.device,
          label: labelOf(each),
          disabled: !each.available,
        })),
      ]}
      value={props.value}
      onChange={chosen => props.onChange(DeviceChoice.parse(chosen ?? 'auto'))}
    />
  )
}

function labelOf({ device, available, name, detail, memoryBytes }: Device): string {
  const memory = memoryBytes === null ? '' : `, ${formatBytes(memoryBytes)}`
  return available ? `${device}: ${name}${memory}` : texts.device.notHere(device, wordsInWindow(detail))
}
