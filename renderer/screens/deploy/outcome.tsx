import type { Deployment } from '../../../shared/model/deployment.ts'
import { Link } from '../../components/link.tsx'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

/** What is live after a deploy or a rollback, in words, until `live` is another. */
export function Outcome({ deployment: ended, live = ended }: { deployment: Deployment; live?: Deployment }) {
  const { deployment, model, version, url } = ended
  if (live.bundleDigest !== ended.bundleDigest) return null
  return (
    <p className="body" role="status">
      <Link to={pathTo('deploy', deployment)}>{deployment}</Link> {texts.nowServes(`${model}:${version}`)}{' '}
      {url === null ? texts.noAddress : texts.at(url)}
    </p>
  )
}
