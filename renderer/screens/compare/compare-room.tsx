import './compare.css'
import { useCallback, useMemo } from 'react'
import { useEngine } from '../../client/store.ts'
import { RoomHeader } from '../../components/room-header.tsx'
import { go, pathTo, usePlace } from '../../components/router.ts'
import { Comparison } from './comparison.tsx'
import { RunTable } from './run-table.tsx'
import { texts } from './texts.ts'

/** `/compare?runs=A,B`: the chosen runs, the baseline first. */
export function CompareRoom() {
  const address = usePlace().search.get('runs') ?? ''
  const isKnown = useEngine(({ runs }) => runs !== null)
  const chosen = useMemo(() => [...new Set(address.split(',').filter(Boolean))], [address])
  const choose = useCallback((runs: string[]) => {
    const query = runs.length ? `?runs=${runs.map(encodeURIComponent).join(',')}` : ''
    go(`${pathTo('compare')}${query}`, { replace: true })
  }, [])
  return (
    <div className="compare-room">
      <RoomHeader title={texts.title} question={texts.question}>
        {chosen.length > 0 && (
          <button type="button" className="link" onClick={() => choose([])}>
            {texts.clear}
          </button>
        )}
      </RoomHeader>
      {/* What the page knows of runs tells when to ask for all of them again: asking earlier would be asking twice. */}
      {isKnown ? <RunTable chosen={chosen} choose={choose} /> : <p className="empty">{texts.asking}</p>}
      {chosen.length > 1 && <Comparison key={address} ids={chosen} />}
    </div>
  )
}
