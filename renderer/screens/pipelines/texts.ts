/** All words of this room. */
export const texts = {
  title: 'Pipelines',
  question: 'What happens by itself?',
  jobs: 'Jobs, newest first',
  noJobs: 'No job matches. Import a file in the Data room, or clear the filter.',
  state: 'State',
  kind: 'Kind',
  any: 'any',
  all: 'All jobs',
  log: 'Log',
  noLog: 'No line was written.',
}
