import { useEffect, useMemo, useRef, useState } from 'react'
import type { PipelineGraph } from '../../../shared/model/pipeline.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { type Asked, useAsked } from '../../client/use-asked.ts'
import { usePlace } from '../../components/router.ts'
import { withJobs } from './ways.ts'

/** Most nodes: around one job or of the newest, and when all are asked for. */
export const mostNodes = { usual: 60, all: 300 }

/** The graph around a job, or of the newest jobs; asked again when a job came or ended or a thing of it changed. */
export function useGraph(job: string | null): { asked: Asked<PipelineGraph>; graph: PipelineGraph | null } {
  const isAll = usePlace().search.has('all')
  const jobs = useEngine(state => state.jobs)
  const models = useEngine(state => state.models)
  const deployments = useEngine(state => state.deployments)
  const endpoints = useEngine(state => state.endpoints)
  const stamp = useMemo(
    () =>
      JSON.stringify([
        jobs.map(each => [each.job, each.status]),
        models?.map(each => [each.model, each.version, each.aliases]),
        deployments?.map(each => [each.deployment, each.status]),
        endpoints?.map(each => [each.endpoint, each.status, each.drifted?.length]),
      ]),
    [jobs, models, deployments, endpoints],
  )
  const settled = useSettled(stamp)
  const about = isAll || job === null ? {} : { job }
  const asked = useAsked(`${job} ${isAll} ${settled}`, () =>
    engine.pipelines.graph({ ...about, limit: isAll ? mostNodes.all : mostNodes.usual }),
  )
  const graph = useMemo(() => asked.value && withJobs(asked.value, jobs), [asked.value, jobs])
  return { asked, graph }
}

const restMs = 400

/** The value, the first change at once, then the newest after each rest: a hundred jobs that end together are one question, not a hundred. */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value)
  const last = useRef(0)
  useEffect(() => {
    const put = () => {
      last.current = performance.now()
      setSettled(value)
    }
    const wait = setTimeout(put, Math.max(0, last.current + restMs - performance.now()))
    return () => clearTimeout(wait)
  }, [value])
  return settled
}
