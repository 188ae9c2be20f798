import { Progress } from '@mantine/core'
import { formatSeconds } from '../../shared/lib/format.ts'
import type { Job } from '../../shared/model/job.ts'
import type { Device } from '../../shared/model/workspace.ts'
import { useDevices } from '../client/devices.ts'
import { useEngine } from '../client/store.ts'
import { openDrawer } from '../components/drawers.ts'
import { JobTitle } from '../components/job-line.tsx'
import { Link } from '../components/link.tsx'
import { pathTo } from '../components/router.ts'
import { ConnectionsDrawer } from './connections-drawer.tsx'
import { DevicesDrawer } from './devices-drawer.tsx'
import { texts } from './texts.ts'

/** Engine, device, jobs, and whether anything may leave the machine: always in sight. */
export function StatusBar() {
  const info = useEngine(state => state.info)
  const isConnected = useEngine(state => state.isConnected)
  const jobs = useEngine(state => state.jobs)
  const running = jobs.filter(job => job.status === 'running')
  const queued = jobs.filter(job => job.status === 'queued').length
  return (
    <footer>
      <span className={isConnected ? 'status good' : 'status bad'}>{isConnected ? texts.connected : texts.lost}</span>
      <DeviceInUse />
      <span className="jobs">
        <Link to={pathTo('pipelines')}>{texts.counts(running.length, queued)}</Link>
        {running[0] && <RunningJob job={running[0]} />}
      </span>
      <span className="path" title={info?.workspace}>
        {info?.workspace}
      </span>
      {info && (
        <button type="button" className="link" aria-haspopup="dialog" onClick={() => openDrawer('connections')}>
          <span className={`status ${info.airGap ? 'good' : 'soft'}`}>{info.airGap ? texts.gapOn : texts.gapOff}</span>
        </button>
      )}
      <span>{info && texts.version(info.version)}</span>
      <ConnectionsDrawer />
      <DevicesDrawer />
    </footer>
  )
}

/** Of the job that runs longest: how far it is and how long it still takes. */
function RunningJob({ job }: { job: Job }) {
  const left = job.secondsLeft === null ? '' : ` · ${texts.timeLeft(formatSeconds(Math.ceil(job.secondsLeft)))}`
  return (
    <span className="running" title={`${job.title}: ${job.phase}`}>
      <JobTitle job={job} />
      <Progress
        value={(job.fraction ?? 1) * 100}
        animated={job.fraction === null}
        size="sm"
        w={60}
        aria-label={`${job.title}: ${job.phase}`}
      />
      <span>{left}</span>
    </span>
  )
}

/** What runs now and, where nothing does, what the next training would run on; opens the list of all devices. */
function DeviceInUse() {
  const used = useEngine(({ runs }) => runs?.find(run => run.status === 'running' && run.device !== null)?.device)
  const { value } = useDevices()
  if (!value) return null
  const fastest = used ? value.devices.find(({ device }) => device === used) : fastestOf(value.devices)
  if (!fastest) return null
  return (
    <button type="button" className="link" aria-haspopup="dialog" onClick={() => openDrawer('devices')}>
      {used ? texts.trainsOn(fastest.device) : texts.device(fastest.device)}
    </button>
  )
}

function fastestOf(devices: Device[]): Device | undefined {
  return devices
    .filter(({ available }) => available)
    .reduce<Device | undefined>(
      (best, next) => ((next.gigaflops ?? 0) > (best?.gigaflops ?? -1) ? next : best),
      undefined,
    )
}
