import './train.css'
import { RoomHeader } from '../../components/room-header.tsx'
import { usePlace } from '../../components/router.ts'
import { RunView } from './run-view.tsx'
import { RunsTable } from './runs-table.tsx'
import { ScriptForm } from './script-form.tsx'
import { SearchView } from './search-view.tsx'
import { SearchesList } from './searches-list.tsx'
import { texts } from './texts.ts'
import { TrainForm } from './train-form.tsx'

/** `/train`: a form and the runs; `?dataset=NAME&target=T&exclude=a&exclude=b` or `?from=RUN` fills it in. `/train/RUN`: one run, or one search. */
export function TrainRoom() {
  const { path, search } = usePlace()
  const [run] = path
  if (run !== undefined) {
    return (
      <div className="train-room">
        {run.startsWith('search-') ? <SearchView key={run} search={run} /> : <RunView key={run} run={run} />}
      </div>
    )
  }
  return (
    <div className="train-room">
      <RoomHeader title={texts.title} question={texts.question} />
      <TrainForm key={search.toString()} search={search} />
      <ScriptForm />
      <SearchesList />
      <RunsTable />
    </div>
  )
}
