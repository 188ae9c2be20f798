import { useEffect } from 'react'
import { useEngine } from '../client/store.ts'
import { screens } from '../screens/index.ts'

/** The shell: what workspace this is above, the screen, and the state of the engine below. */
export function App() {
  const { info, isConnected, error, jobs, start } = useEngine()
  useEffect(() => start(), [start])
  const Screen = screens.get('overview').component
  const running = jobs.filter(job => job.status === 'running').length
  const queued = jobs.filter(job => job.status === 'queued').length
  return (
    <div className="app">
      <header>
        <h1>Lathe</h1>
        <span className="path" title={info?.workspace}>
          {info?.workspace}
        </span>
      </header>
      <main>
        {!isConnected && info !== null && (
          <p className="notice" role="status">
            The engine is not answering. This page joins it again by itself as soon as it is back.
          </p>
        )}
        {error && (
          <p className="notice bad" role="alert">
            {error.message} {error.mend}
          </p>
        )}
        {info?.notices.map(notice => (
          <p key={notice} className="notice">
            {notice}
          </p>
        ))}
        <Screen />
      </main>
      <footer>
        <span className={isConnected ? 'status good' : 'status bad'}>
          {isConnected ? 'engine connected' : 'no engine'}
        </span>
        <span>
          {running} running, {queued} queued
        </span>
        <span className="push">{info ? `Lathe ${info.version}` : ''}</span>
      </footer>
    </div>
  )
}
