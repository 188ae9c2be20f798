import { Button, CopyButton as Copy } from '@mantine/core'
import { texts } from './texts.ts'

/** Puts a text into the clipboard. */
export function CopyButton({ value, label, children }: { value: string; label: string; children?: string }) {
  return (
    <Copy value={value}>
      {({ copied, copy }) => (
        <Button size="compact-xs" variant="default" aria-label={label} onClick={copy}>
          {copied ? texts.copy.done : (children ?? texts.copy.action)}
        </Button>
      )}
    </Copy>
  )
}
