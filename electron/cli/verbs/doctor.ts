import { formatBytes } from '../../../shared/lib/format.ts'
import { oneLine, textTable } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const doctorVerb = defineVerb({
  name: 'doctor',
  summary: 'what this machine has, what is missing, and the mend',
  async run(context) {
    const doctor = await (await context.client()).workspace.doctor()
    const devices = textTable(
      doctor.devices,
      [
        { title: 'device', value: device => device.device },
        { title: '', value: device => (device.available ? 'ready' : 'not here') },
        { title: 'name', value: device => device.name },
        { title: 'gigaflops', value: device => number(device.gigaflops), right: true },
        { title: 'float16', value: device => (device.available ? (device.float16 ? 'yes' : 'no') : null) },
        {
          title: 'memory',
          value: device => (device.memoryBytes === null ? null : formatBytes(device.memoryBytes)),
          right: true,
        },
        { title: 'detail', value: device => device.detail },
      ],
      'No devices',
    )
    const checks = doctor.checks.map(({ ok, optional, message, mend }) => {
      const mark = ok ? 'ok     ' : optional ? 'missing' : 'WRONG  '
      return `${mark}  ${oneLine(message)}${ok || !mend ? '' : `\n         ${oneLine(mend)}`}`
    })
    const head = `Lathe ${doctor.version}, Node ${doctor.node}, SQLite ${doctor.sqlite}\nWorkspace ${doctor.workspace}`
    if (!doctor.ok) process.exitCode = 1
    return { json: doctor, text: `${head}\n\n${checks.join('\n')}\n\n${devices}` }
  },
})
