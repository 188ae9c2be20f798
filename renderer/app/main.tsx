import '@mantine/core/styles.css'
import '../styles/tokens.css'
import '../styles/access.css'
import { MantineProvider } from '@mantine/core'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { theme } from '../styles/theme.ts'
import { App } from './app.tsx'
import { RoomBoundary } from './room-boundary.tsx'
import { texts } from './texts.ts'

const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root')
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <RoomBoundary title={texts.name} isWhole>
        <App />
      </RoomBoundary>
    </MantineProvider>
  </StrictMode>,
)
