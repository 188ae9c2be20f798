import './models.css'
import { usePlace } from '../../components/router.ts'
import { ModelList } from './model-list.tsx'
import { VersionView } from './version-view.tsx'

/** `/models`: all versions. `/models/NAME/VERSION`: one; without a number the newest. */
export function ModelsRoom() {
  const [name, version] = usePlace().path
  const reference = version === undefined ? name : `${name}:${version}`
  return (
    <div className="models-room">
      {reference === undefined ? <ModelList /> : <VersionView key={reference} reference={reference} />}
    </div>
  )
}
