import { useEffect, useState } from 'react'

/** A number that rises once a minute: what is told of "the last hour" goes on though nothing else happens. */
export function useMinute(): number {
  const [minute, setMinute] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setMinute(count => count + 1), 60_000)
    return () => clearInterval(timer)
  }, [])
  return minute
}
