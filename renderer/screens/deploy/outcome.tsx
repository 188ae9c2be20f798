import type { Deployment } from '../../../shared/model/deployment.ts'
import { Link } from '../../components/link.tsx'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

/** What is live after a deploy or a rollback, in words. */
export function Outcome({ deployment: { deployment, model, version, url } }: { deployment: Deployment }) {
  return (
    <p className="body" role="status">
      <Link to={pathTo('deploy', deployment)}>{deployment}</Link> {texts.nowServes(`${model}:${version}`)}{' '}
      {url === null ? texts.noAddress : texts.at(url)}
    </p>
  )
}
