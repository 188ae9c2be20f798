import type { Deployment } from '../../../shared/model/deployment.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import { useEngine } from '../../client/store.ts'
import { deployAddress } from '../../components/deploy-address.ts'
import { Empty } from '../../components/empty.tsx'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'

/** The deployments that serve a version, and those of its model that it could take the place of another version in. */
export function LivePanel({ version: { model, version, bundleDigest } }: { version: ModelVersion }) {
  const deployments = useEngine(state => state.deployments)
  const own = deployments?.filter(each => each.bundleDigest === bundleDigest) ?? null
  const others = deployments?.filter(each => each.model === model && each.bundleDigest !== bundleDigest) ?? []
  const reference = `${model}:${version}`
  return (
    <Panel title={texts.live} count={own?.length ?? null}>
      {own?.length === 0 ? (
        <Empty action={<Link to={deployAddress(reference)}>{texts.deployNew}</Link>}>{texts.nowhere}</Empty>
      ) : (
        <List
          label={texts.live}
          items={own}
          keyOf={({ deployment }) => deployment}
          empty={texts.nowhere}
          columns={[
            {
              title: texts.deployment,
              cell: ({ deployment }) => <Link to={pathTo('deploy', deployment)}>{deployment}</Link>,
              text: ({ deployment }) => deployment,
            },
            { title: texts.deployTarget, cell: ({ target }) => target },
            { title: texts.state, cell: ({ status }) => <Status state={status} /> },
            { title: texts.address, cell: ({ url }) => url ?? '', text: ({ url }) => url ?? '' },
          ]}
        />
      )}
      {others.length > 0 && (
        <div className="body">
          <ul className="names">
            {others.map(other => (
              <Replaceable key={other.deployment} other={other} reference={reference} />
            ))}
          </ul>
        </div>
      )}
    </Panel>
  )
}

function Replaceable({ other, reference }: { other: Deployment; reference: string }) {
  const { deployment, model, version } = other
  return (
    <li>
      <Link className="label" to={deployAddress(reference, deployment)}>
        {texts.putInPlace(`${model}:${version}`, deployment)}
      </Link>
    </li>
  )
}
