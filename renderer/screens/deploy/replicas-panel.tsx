import { formatCount } from '../../../shared/lib/format.ts'
import { visibleLines } from '../../../shared/lib/visible-text.ts'
import type { Deployment } from '../../../shared/model/deployment.ts'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'

/** Each process, container or pod, and why it is not ready. */
export function ReplicasPanel({ replicas: { ready, wanted, each } }: Pick<Deployment, 'replicas'>) {
  if (each === undefined) return null
  return (
    <Panel title={texts.replicas} aside={<span className="soft">{texts.readyOf(ready, wanted)}</span>}>
      <List
        label={texts.replicas}
        items={each}
        keyOf={replica => replica.name}
        empty={texts.noReplicas}
        columns={[
          { title: texts.name, cell: replica => replica.name, text: replica => replica.name },
          { title: texts.state, cell: replica => <Status state={replica.state} /> },
          { title: texts.restarts, isNumber: true, cell: replica => formatCount(replica.restarts) },
          {
            title: texts.imageOf,
            cell: replica => <code>{replica.imageDigest?.slice(0, 19) ?? texts.noImage}</code>,
            text: replica => replica.imageDigest ?? texts.noImage,
          },
          {
            title: texts.notReady,
            cell: replica => <span className="reason">{visibleLines(replica.reason ?? '')}</span>,
          },
        ]}
      />
    </Panel>
  )
}
