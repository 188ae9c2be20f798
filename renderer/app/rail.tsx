import { Link } from '../components/link.tsx'
import { pathTo } from '../components/router.ts'
import { screens } from '../screens/index.ts'
import { texts } from './texts.ts'

/** The rooms, one link each. */
export function Rail({ current }: { current: string }) {
  return (
    <nav className="rail" aria-label={texts.rooms}>
      <span className="brand">{texts.name}</span>
      {screens.entries.map(screen => (
        <Link
          key={screen.id}
          to={pathTo(screen.id)}
          title={screen.question}
          isCurrent={screen.id === current}
          className="room"
        >
          {screen.title}
        </Link>
      ))}
    </nav>
  )
}
