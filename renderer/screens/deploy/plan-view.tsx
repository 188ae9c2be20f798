import { Button } from '@mantine/core'
import { useId } from 'react'
import { visibleText } from '../../../shared/lib/visible-text.ts'
import type { Plan, PlanChange } from '../../../shared/model/deployment.ts'
import { texts } from './texts.ts'

type Field = PlanChange['fields'][number]

const marks: Record<PlanChange['action'], string> = { create: '+', change: '~', replace: '~', delete: '−', none: '=' }

/** What is there now beside what would be, and the one button that does it; none where nothing would change. */
export function PlanView(props: { plan: Plan; action: string; apply(): void; close(): void }) {
  const { plan, action, apply, close } = props
  const isIdle = plan.changes.every(change => change.action === 'none')
  return (
    <section className="body plan" aria-label={texts.plan}>
      <strong>{texts.plan}</strong>
      {isIdle ? <p role="status">{texts.nothingWouldChange}</p> : plan.changes.map(ChangeView)}
      {!isIdle && (
        <>
          <strong>{texts.steps}</strong>
          <ol>
            {plan.steps.map(step => (
              <li key={step}>{visibleText(step)}</li>
            ))}
          </ol>
        </>
      )}
      <div className="form">
        {!isIdle && (
          <Button size="xs" onClick={apply}>
            {action}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={close}>
          {texts.closePlan}
        </Button>
      </div>
    </section>
  )
}

function ChangeView(change: PlanChange) {
  return <Change key={change.object} change={change} />
}

function Change({ change: { object, action, fields } }: { change: PlanChange }) {
  const id = useId()
  return (
    <section className="plan-change" aria-labelledby={id}>
      <h3 id={id}>
        <span aria-hidden="true">{marks[action]} </span>
        <bdi>{visibleText(object)}</bdi> <span className="soft">{texts.actions[action]}</span>
      </h3>
      {fields.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.difference}</th>
              <th scope="col">{texts.setting}</th>
              <th scope="col">{texts.now}</th>
              <th scope="col">{texts.wouldBe}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map(field => (
              <FieldRow key={field.path} field={field} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function FieldRow({ field: { path, before, after } }: { field: Field }) {
  const kind = before === null ? 'added' : after === null ? 'removed' : 'changed'
  return (
    <tr className={kind}>
      <td>{texts.differences[kind]}</td>
      <th scope="row">{visibleText(path)}</th>
      <td>{visibleText(before ?? '')}</td>
      <td>{visibleText(after ?? '')}</td>
    </tr>
  )
}
