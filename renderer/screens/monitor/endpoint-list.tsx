import { useMemo } from 'react'
import { formatCount } from '../../../shared/lib/format.ts'
import { useEngine } from '../../client/store.ts'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'
import { worstFirst } from './worst-first.ts'

export function EndpointList() {
  const known = useEngine(state => state.endpoints)
  const endpoints = useMemo(() => known && worstFirst(known), [known])
  return (
    <Panel title={texts.endpoints} count={endpoints?.length ?? null}>
      <List
        label={texts.endpoints}
        items={endpoints}
        keyOf={item => item.endpoint}
        empty={texts.noEndpoints}
        columns={[
          {
            title: 'Endpoint',
            cell: item => <Link to={pathTo('monitor', item.endpoint)}>{item.endpoint}</Link>,
            text: item => item.url,
          },
          { title: 'State', cell: item => <Status state={item.status} />, text: item => item.message ?? item.status },
          {
            title: 'Model',
            cell: item => (item.model ? `${item.model}${item.version === null ? '' : `:${item.version}`}` : ''),
            text: item => item.model ?? '',
          },
          {
            title: 'Drifted columns',
            cell: item => (item.drifted?.length ? item.drifted.join(', ') : item.drifted && 'none'),
            text: item => item.drifted?.join(', ') ?? '',
          },
          { title: 'Rows', isNumber: true, cell: item => formatCount(item.rows) },
          { title: 'Errors', isNumber: true, cell: item => formatCount(item.errors) },
          {
            title: 'p95',
            isNumber: true,
            cell: item => (item.latencyMs ? `${item.latencyMs.p95.toPrecision(3)} ms` : ''),
          },
        ]}
      />
    </Panel>
  )
}
