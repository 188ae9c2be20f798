import { linear } from '../../electron/engine/training/algorithms/linear.ts'
import { measure } from './measure.ts'

await measure(linear, Object.fromEntries(linear.parameters.map(({ name, default: value }) => [name, value])))
