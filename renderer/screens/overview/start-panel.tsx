import { Button } from '@mantine/core'
import { sampleSteps } from '../../../shared/sample/sample-project.ts'
import { useSample } from '../../client/sample-project.ts'
import { useEngine } from '../../client/store.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Panel } from '../../components/panel.tsx'
import { go, pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

/** Where a person begins: own data, or the finished sample. Stays while the sample is made; nothing in a workspace that is in use. */
export function StartPanel() {
  const isEmpty = useEngine(({ datasets, runs, models }) => [datasets, runs, models].every(list => list?.length === 0))
  const { status, error, make } = useSample()
  if (status === 'making') return <Making />
  if (!isEmpty && error === null) return null
  return (
    <Panel title={texts.start} wide>
      <div className="body start">
        <p>{texts.startHow}</p>
        <div className="form">
          <Button onClick={() => go(pathTo('data'))}>{texts.ownData}</Button>
          <Button variant="default" disabled={status === 'removing'} onClick={() => void make()}>
            {texts.makeSample}
          </Button>
        </div>
        <p className="soft">{texts.sampleIs}</p>
        <ErrorNotice error={error} />
      </div>
    </Panel>
  )
}

/** Step by step what is made, with the progress of the jobs that do it. */
function Making() {
  const { done, step, jobs } = useSample()
  const known = useEngine(state => state.jobs)
  const running = jobs.flatMap(id => known.filter(job => job.job === id))
  return (
    <Panel title={texts.makingSample} wide aside={texts.stepsDone(done.length, sampleSteps.length)}>
      <ol className="body steps" aria-live="polite">
        {sampleSteps.map(each => {
          const outcome = done.find(({ step: name }) => name === each)?.outcome
          return (
            <li key={each}>
              <span className={`status ${outcome === undefined ? 'soft' : 'good'}`}>{texts.steps[each]}</span>{' '}
              <span className="soft">{outcome ?? (each === step ? texts.underWay : '')}</span>
              {each === step && running.map(job => <JobLine key={job.job} job={job} />)}
            </li>
          )
        })}
      </ol>
    </Panel>
  )
}
