import { formatBytes } from '../../../shared/lib/format.ts'
import { defineVerb } from '../verb.ts'

export const backupVerb = defineVerb({
  name: 'backup',
  summary: 'write a verified copy of the registry',
  async run(context) {
    const backup = await (await context.client()).workspace.backup()
    return { json: backup, text: `${backup.file} (${formatBytes(backup.sizeBytes)})` }
  },
})
