export { createDeployment, type DeploymentDomain } from './deployment.ts'
