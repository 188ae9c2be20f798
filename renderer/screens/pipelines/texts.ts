/** All words of this room. */
export const texts = {
  title: 'Pipelines',
  question: 'What happens by itself?',
  jobs: 'Jobs, newest first',
  noJobs: 'No job matches. Clear the filter, or import a file: lathe import FILE --name NAME',
  state: 'State',
  kind: 'Kind',
  any: 'any',
  all: 'All jobs',
  log: 'Log',
  noLog: 'No line was written.',
}
