import { NumberInput, Select, TextInput } from '@mantine/core'
import type { TargetId } from '../../../shared/model/deployment.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { texts } from './texts.ts'
import type { Wish } from './wish.ts'

/** The contexts that kubeconfig names, null before they are known; asked only where a cluster is the target. */
function useContexts(target: TargetId): string[] | null {
  const { value } = useAsked(target, async () =>
    target === 'kubernetes' ? (await engine.workspace.doctor()).clusters : null,
  )
  return value
}

/** What a target wants to know; where a live one is replaced, name and place are given. */
export function TargetFields(props: { wish: Wish; isNew: boolean; put(more: Partial<Wish>): void }) {
  const { wish, isNew, put } = props
  const contexts = useContexts(wish.target)
  const isCluster = wish.target === 'kubernetes'
  return (
    <>
      {isNew && (
        <TextInput
          size="xs"
          label={texts.name}
          value={wish.name}
          onChange={event => put({ name: event.currentTarget.value })}
        />
      )}
      {!isCluster && (
        <NumberInput
          size="xs"
          hideControls
          label={texts.port}
          placeholder={isNew ? texts.anyPort : texts.asItIs}
          min={1}
          max={65_535}
          value={wish.port}
          onChange={port => put({ port })}
        />
      )}
      {isCluster && isNew && (
        <>
          <Select
            size="xs"
            label={texts.context}
            error={contexts?.length === 0 ? texts.noContexts : undefined}
            data={contexts ?? []}
            value={wish.context}
            onChange={context => put({ context })}
          />
          <TextInput
            size="xs"
            label={texts.namespace}
            placeholder={texts.ownNamespace}
            value={wish.namespace}
            onChange={event => put({ namespace: event.currentTarget.value })}
          />
        </>
      )}
      {isCluster && (
        <NumberInput
          size="xs"
          label={texts.replicas}
          placeholder={isNew ? '1' : texts.asItIs}
          min={1}
          max={100}
          value={wish.replicas}
          onChange={replicas => put({ replicas })}
        />
      )}
      {wish.target !== 'local' && (
        <TextInput
          size="xs"
          className="long"
          label={texts.image}
          placeholder={isCluster ? texts.lastPush : texts.ownImage}
          value={wish.image}
          onChange={event => put({ image: event.currentTarget.value })}
        />
      )}
    </>
  )
}
