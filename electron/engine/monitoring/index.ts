export { createMonitoring, type MonitoringDomain } from './monitoring.ts'
