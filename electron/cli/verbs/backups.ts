import { formatBytes } from '../../../shared/lib/format.ts'
import { textTable } from '../text-table.ts'
import { time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const backupsVerb = defineVerb({
  name: 'backups',
  summary: 'list the backups of the registry',
  async run(context) {
    const answer = await (await context.client()).workspace.backups()
    const text = textTable(
      answer.backups,
      [
        { title: 'file', value: row => row.file },
        { title: 'size', value: row => formatBytes(row.sizeBytes), right: true },
        { title: 'written', value: row => time(row.createdAt) },
        { title: 'why', value: row => row.reason },
      ],
      'No backups yet',
    )
    return { json: answer, text }
  },
})
