/** All words of the shell. */
export const texts = {
  connected: 'engine connected',
  lost: 'no engine',
  counts: (running: number, queued: number) => `${running} running, ${queued} queued`,
  device: (id: string) => `device: ${id}`,
  trainsOn: (id: string) => `training on ${id}`,
  gapOn: 'Nothing leaves this machine',
  gapOff: 'May connect out',
  connections: 'Connections',
  close: 'Close',
  gapSwitch: 'Air gap: let nothing leave this machine',
  gapMeaning:
    'On, Lathe connects to this machine alone: pushes, clusters and endpoints elsewhere are refused, and what is open to them is cut. Off, it connects where you ask it to, and nowhere else.',
  notSeen: 'What Docker or a cluster connect to by themselves is theirs and not listed here.',
  withLocal: 'Show connections within this machine',
  ledger: 'Ledger of connections',
  noConnections: 'Nothing was connected to yet.',
  noneElsewhere: 'No connection left this machine.',
  asking: 'Asking the engine…',
  thisMachine: 'this machine',
  elsewhere: 'elsewhere',
  again: 'Refresh',
  palette: {
    search: 'Search for',
    go: 'Go to a room or an object, or do something',
    nothing: 'Nothing of that name',
    actions: 'Actions',
    importData: ['Import a file', 'CSV, Parquet, JSON lines or Excel into a dataset'],
    train: ['Train', 'choose data, target and algorithms'],
    compare: ['Compare runs', 'which one is truly better'],
    importModel: ['Import a model', 'an ONNX file from elsewhere'],
    deploy: ['Deploy a model', 'on this machine, Docker or a cluster'],
    watch: ['Watch an endpoint', 'traffic, errors and drift'],
    ledger: ['Show connections', 'the ledger of what this workspace connected to'],
    gapOn: ['Turn the air gap on', 'nothing leaves this machine'],
    gapOff: ['Turn the air gap off', 'Lathe may connect where you ask it to'],
    sample: ['Make the sample project', 'a finished project on shipped data'],
  },
  sample: {
    label: 'This is the sample',
    see: 'See it',
    close: 'Close this note',
    again: 'Make it whole again',
    againHint: 'Its service or what watches it is not there.',
    remove: 'Remove the sample',
    removeHint: 'Takes its data, runs, model and service away. It can be made again at any time.',
    /** What of it is to be seen, by room. */
    notes: {
      overview:
        'A finished project: measurements of cells from 569 biopsies became four models, the best one a service of this machine, which is watched. Go through the rooms from top to bottom.',
      data: '“sample-cells” is the imported file: every column with its profile, what should be known before training, and the rows themselves.',
      train:
        'Four algorithms learned from the same 60 % of the rows. Each run has its curves, its score on rows that it never saw, and its log.',
      compare:
        'Choose two or more runs: what differs, their curves, and whether one is truly better or the difference is within noise.',
      models:
        'The best run is “sample-model”, its alias is champion. Here it can be tried live, traced to the bytes it came from, and packaged.',
      deploy: '“sample-service” serves the champion on 127.0.0.1: ask it something, or take it back.',
      monitor:
        '“sample-endpoint” got the rows that the model knows and then, simulated, those of an instrument that reads some columns 35 % higher: these columns drifted.',
      pipelines: 'The jobs that made the sample, from the import to the replayed rows, each with its log.',
    } as Record<string, string | undefined>,
  },
}
