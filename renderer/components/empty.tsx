import type { ReactNode } from 'react'

/** Said where there is nothing yet: what it would be, and the next step as a link or a button. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p>{children}</p>
      {action}
    </div>
  )
}
