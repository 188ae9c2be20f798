import { Button, NumberInput } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { SearchRequest } from '../../../shared/model/search.ts'
import { engine } from '../../client/engine.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { goFromHere, pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

const usualMinutes = 10

/** One button: what is asked for above, searched for so many minutes. Null while there is no target. */
export function SearchStart({ request }: { request: Omit<Partial<SearchRequest>, 'seconds'> | null }) {
  const [minutes, setMinutes] = useState(usualMinutes)
  const [isStarting, setIsStarting] = useState(false)
  const [error, setError] = useState<AppError | null>(null)
  const start = async () => {
    setIsStarting(true)
    setError(null)
    const goOn = goFromHere()
    try {
      const { search } = await engine.searches.start(
        SearchRequest.parse({ ...request, seconds: minutes * 60, explain: true }),
      )
      goOn(pathTo('train', search.search))
    } catch (failure) {
      setError(toAppError(failure))
      setIsStarting(false)
    }
  }
  return (
    <div className="search-start">
      <NumberInput
        size="xs"
        label={texts.minutes}
        min={0.1}
        max={10_080}
        value={minutes}
        onChange={value => setMinutes(Number(value) || usualMinutes)}
      />
      <Button size="xs" variant="default" disabled={request === null} loading={isStarting} onClick={start}>
        {texts.findBest(minutes)}
      </Button>
      <p className="soft">{texts.findBestHelp}</p>
      <ErrorNotice error={error} />
    </div>
  )
}
