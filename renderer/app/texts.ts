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
}
