import { wholeNumber } from '../options.ts'
import { textTable } from '../text-table.ts'
import { defineVerb } from '../verb.ts'

export const lineageVerb = defineVerb<{ limit: number }>({
  name: 'lineage',
  summary: 'say what a job came from and what it led to; without one, what led to what of late',
  arguments: '[job]',
  configure: command => {
    command.option('--limit <n>', 'at most so many jobs and things', wholeNumber(2, 500), 60)
  },
  async run(context, [job], { limit }) {
    const graph = await (await context.client()).pipelines.graph({ job, limit })
    const { nodes, edges, isWhole } = graph
    const named = (of: number[]) => of.map(each => `${nodes[each]!.kind} ${nodes[each]!.label}`).join(', ')
    const table = textTable(
      nodes.map((node, i) => ({ node, i })),
      [
        { title: 'kind', value: ({ node }) => node.kind },
        { title: 'name', value: ({ node }) => node.label },
        { title: 'id', value: ({ node }) => (node.id === node.label ? '' : node.id) },
        { title: 'state', value: ({ node }) => node.state ?? node.detail },
        { title: 'made from', value: ({ i }) => named(edges.filter(({ to }) => to === i).map(({ from }) => from)) },
        { title: 'led to', value: ({ i }) => named(edges.filter(({ from }) => from === i).map(({ to }) => to)) },
      ],
      'No jobs',
    )
    return { json: graph, text: isWhole ? table : `${table}\n\nThere is more: --limit takes up to 500` }
  },
})
