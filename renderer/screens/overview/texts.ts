/** All words of this screen. */
export const texts = {
  title: 'Overview',
  question: 'What is there, and what is going on?',
  jobs: 'Jobs',
  datasets: 'Data',
  runs: 'Runs',
  models: 'Models',
  deployments: 'Deployments',
  endpoints: 'Endpoints',
  noJobs: 'Nothing has run yet. Try it all on shipped data: lathe demo',
  noDatasets: 'No data yet. Import a file: lathe import FILE --name NAME',
  noRuns: 'No runs yet. Train on a dataset: lathe train DATASET --target COLUMN',
  noModels: 'No models yet. Register a run: lathe register RUN --name NAME',
  noDeployments: 'Nothing is deployed. Serve a model here: lathe deploy MODEL --target local',
  noEndpoints: 'Nothing is watched. Watch a service: lathe watch URL',
}
