import type { Plan, PlanChange } from '../../shared/model/deployment.ts'

const marks: Record<PlanChange['action'], string> = { create: '+', change: '~', replace: '~', delete: '-', none: '=' }

/** A plan for a terminal: the steps, then each object with what of it would differ, as a diff. */
export function planText({ steps, changes }: Plan): string {
  return [...steps, ...changes.flatMap(changeLines)].join('\n')
}

function changeLines({ object, action, fields }: PlanChange): string[] {
  const verb = action === 'none' ? 'no change' : action
  const lines = fields.flatMap(({ path, before, after }) => [
    ...(before === null ? [] : [`    - ${path}: ${before}`]),
    ...(after === null ? [] : [`    + ${path}: ${after}`]),
  ])
  return [`${marks[action]} ${object} (${verb})`, ...lines]
}
