import { useEngine } from '../client/store.ts'
import { Link } from '../components/link.tsx'
import { pathTo } from '../components/router.ts'
import { screens } from '../screens/index.ts'

/** Engine, jobs and workspace, always in sight. */
export function StatusBar() {
  const { info, isConnected, jobs } = useEngine()
  const running = jobs.filter(job => job.status === 'running').length
  const queued = jobs.filter(job => job.status === 'queued').length
  const counts = `${running} running, ${queued} queued`
  return (
    <footer>
      <span className={isConnected ? 'status good' : 'status bad'}>
        {isConnected ? 'engine connected' : 'no engine'}
      </span>
      {screens.has('pipelines') ? <Link to={pathTo('pipelines')}>{counts}</Link> : <span>{counts}</span>}
      <span className="path" title={info?.workspace}>
        {info?.workspace}
      </span>
      <span className="push">{info ? `Lathe ${info.version}` : ''}</span>
    </footer>
  )
}
