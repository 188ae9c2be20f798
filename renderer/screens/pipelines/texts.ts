/** All words of this room. */
export const texts = {
  title: 'Pipelines',
  question: 'What happens by itself?',
  jobs: 'Jobs, newest first',
  noJobs: 'Nothing was done here yet. Every import, training, packaging and deployment becomes a job that shows here.',
  toData: 'Import a file in the Data room',
  noneMatches: 'No job matches: choose another state, kind or subject.',
  asking: 'Asking the engine…',
  askingOlder: 'Older ones come as you scroll…',
  state: 'State',
  kind: 'Kind',
  subject: 'Subject',
  subjectExample: 'dataset:cells',
  any: 'any',
  all: 'All jobs',
  log: 'Log',
  noLog: 'No line was written.',
  /** Class and title of each column of the jobs. */
  columns: [
    ['title', 'Job'],
    ['kind', 'Kind'],
    ['state', 'State'],
    ['subject', 'Subject'],
    ['progress', 'Progress'],
    ['took number', 'Took'],
    ['action', 'Action'],
  ] as const,
}
