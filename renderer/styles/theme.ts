import { createTheme } from '@mantine/core'
import { firstOptions } from '../components/first-options.ts'

export const theme = createTheme({
  fontFamily: 'system-ui, "Segoe UI", Roboto, sans-serif',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '14px', xl: '16px' },
  // The greys of the dark tokens, lightest first, so that inputs, menus and dialogs are of the same house.
  colors: {
    dark: [
      '#e4e8ee',
      '#c3cad4',
      '#9aa5b4',
      '#7b8696',
      '#434b58',
      '#2e343e',
      '#232830',
      '#1b1f26',
      '#14171c',
      '#0f1215',
    ],
  },
  primaryColor: 'blue',
  // White on it has a contrast of 5; Mantine's own choice in light has 3.6.
  primaryShade: 8,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  // Named, not imported: the first page has no choices yet.
  components: {
    Select: { defaultProps: { filter: firstOptions } },
    MultiSelect: { defaultProps: { filter: firstOptions } },
  },
})
