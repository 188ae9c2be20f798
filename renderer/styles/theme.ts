import { createTheme } from '@mantine/core'

export const theme = createTheme({
  fontFamily: 'system-ui, "Segoe UI", Roboto, sans-serif',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '14px', xl: '16px' },
  primaryColor: 'blue',
  // White on it has a contrast of 5; Mantine's own choice in light has 3.6.
  primaryShade: 8,
  defaultRadius: 'sm',
  cursorType: 'pointer',
})
