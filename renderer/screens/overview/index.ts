import { Overview } from './overview.tsx'

export const overview = { id: 'overview', title: 'Overview', component: Overview }
