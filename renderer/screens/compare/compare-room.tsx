import './compare.css'
import { useCallback, useMemo } from 'react'
import { RoomHeader } from '../../components/room-header.tsx'
import { go, pathTo, usePlace } from '../../components/router.ts'
import { Comparison } from './comparison.tsx'
import { RunTable } from './run-table.tsx'
import { texts } from './texts.ts'

/** `/compare?runs=A,B`: the chosen runs, the baseline first. */
export function CompareRoom() {
  const address = usePlace().search.get('runs') ?? ''
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
      <RunTable chosen={chosen} choose={choose} />
      {chosen.length > 1 && <Comparison key={address} ids={chosen} />}
    </div>
  )
}
