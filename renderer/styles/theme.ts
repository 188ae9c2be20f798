import { createTheme } from '@mantine/core'

export const theme = createTheme({
  fontFamily: 'system-ui, "Segoe UI", Roboto, sans-serif',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '14px', xl: '16px' },
  primaryColor: 'blue',
  defaultRadius: 'sm',
  cursorType: 'pointer',
})
