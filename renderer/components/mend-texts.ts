import type { DrawerId } from './drawers.ts'

/**
 * Options of the command line that the engine names, as what one finds in the window: the labels of its fields mostly. One may stand with
 * the value that it takes. What the window has no field for is said to be of the command line.
 */
export const fieldOf: Record<string, string> = {
  algorithm: '“Algorithms”',
  alias: '“Alias”',
  ca: '“Full path of its certificate authority (PEM)”',
  command: '“Run by”',
  context: '“Cluster (context)”',
  dataset: 'a dataset',
  delimiter: '“Between fields”',
  encoding: '“Encoding”',
  'engine oci': 'an “OCI file (.tar)”',
  exclude: '“Columns to leave out”',
  format: 'the ending of its name',
  'freeze-at': '“freeze-at”',
  from: 'a “model”',
  gaps: '“Times without a value”',
  'gaps ignore': '“Times without a value”: “do not count”',
  image: '“Pushed image”',
  known: '“Known in advance”',
  minutes: '“Minutes”',
  missing: '“Texts that mean missing”',
  name: '“Name”',
  namespace: '“Namespace”',
  'no-header': '“First row”',
  'number-repeated': '“Number the names that repeat”',
  out: '“Full path of the tar”',
  past: '“Past only”',
  'plain-http': '“Plain HTTP, without TLS”',
  port: '“Port”',
  positive: '“Positive class”',
  python: '“Python”',
  recalibrate: '`--recalibrate` of `lathe train`',
  refit: '`--refit` of `lathe train`',
  repeated: '“Several values of one time”',
  replace: '“Replace what is there”',
  replicas: '“Replicas”',
  seed: '“Seed”',
  series: '“Series”',
  skip: '“Rows above the header”',
  split: '“Split by”',
  'split-by': '“It holds”',
  'split-by group': '“It holds: groups”',
  'split-by time': '“It holds: times”',
  target: '“Target”',
  'target local': '“a local process”',
  task: '`--task` of `lathe train`',
  'task regression': '`--task regression` of `lathe train`',
  time: '“Time”',
  type: '“Type”',
}

/** Rooms in which the work of a verb is done, or what it lists is shown; the ids of their addresses. */
export const roomOf: Record<string, string> = {
  cancel: 'pipelines',
  checks: 'train',
  dataset: 'data',
  datasets: 'data',
  deployments: 'deploy',
  drift: 'monitor',
  endpoints: 'monitor',
  events: 'monitor',
  import: 'data',
  'import-model': 'models',
  models: 'models',
  'name-classes': 'models',
  push: 'models',
  register: 'train',
  'run-script': 'train',
  runs: 'train',
  searches: 'train',
  tensors: 'train',
  train: 'train',
  undeploy: 'deploy',
  versions: 'deploy',
  watch: 'monitor',
}

export const roomNames: Record<string, string> = {
  data: 'Data',
  train: 'Train',
  models: 'Models',
  deploy: 'Deploy',
  monitor: 'Monitor',
  pipelines: 'Pipelines',
}

/** Verbs whose place is behind the status bar. */
export const barOf: Record<string, { words: string; drawer: DrawerId }> = {
  airgap: { words: 'the switch “Air gap” behind the status bar', drawer: 'connections' },
  doctor: { words: 'the list behind “device” in the status bar', drawer: 'devices' },
  setup: { words: 'behind “device” in the status bar', drawer: 'devices' },
}
