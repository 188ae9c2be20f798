import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { type AliasMove, AliasMoved } from '../../components/alias-moved.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { RefusedPromotion } from '../../components/refused-promotion.tsx'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

/** What the alias named before the version was made. */
async function moveTo({ model, version }: ModelVersion, alias: string): Promise<AliasMove> {
  const { aliasHistory } = await engine.models.get({ model: `${model}:${version}` })
  const change = aliasHistory.find(each => each.alias === alias && each.to === version)
  return { model, alias, from: change?.from ?? null, to: version }
}

/** A run becomes a version of a model; an alias that moves with it can be set back. */
export function RegisterPanel({ run }: { run: Run }) {
  const [name, setName] = useState(run.dataset)
  const [alias, setAlias] = useState('')
  const [version, setVersion] = useState<ModelVersion | null>(null)
  const [move, setMove] = useState<AliasMove | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  const [isAsked, setIsAsked] = useState(false)
  const register = async (force = false) => {
    setIsAsked(true)
    setError(null)
    try {
      const wanted = alias.trim()
      const made = await engine.models.register({
        run: run.run,
        name: name.trim(),
        ...(wanted ? { alias: wanted, force } : {}),
      })
      setVersion(made)
      setMove(wanted ? await moveTo(made, wanted) : null)
    } catch (failure) {
      setError(toAppError(failure))
    } finally {
      setIsAsked(false)
    }
  }
  return (
    <Panel title={texts.register}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          void register()
        }}
      >
        <TextInput
          size="xs"
          required
          label={texts.name}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label={texts.alias}
          value={alias}
          onChange={event => setAlias(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={!name.trim()} loading={isAsked}>
          {texts.registerAction}
        </Button>
      </form>
      <RefusedPromotion error={error} isRunning={isAsked} force={() => void register(true)} />
      {version && (
        <p className="notice" role="status">
          {texts.registered}{' '}
          <Link to={pathTo('models', version.model, version.version)}>
            {version.model}:{version.version}
          </Link>
        </p>
      )}
      {move && (
        <div className="body">
          <AliasMoved key={`${move.model} ${move.to} ${move.alias}`} move={move} />
        </div>
      )}
    </Panel>
  )
}
