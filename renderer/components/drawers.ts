import { create } from 'zustand'

/** What lies behind the status bar and is opened from anywhere: the air gap with its ledger, and what this machine computes on. */
export type DrawerId = 'connections' | 'devices'

/** The one that is open; null while none is. */
export const useDrawer = create<{ open: DrawerId | null }>(() => ({ open: null }))
export const openDrawer = (open: DrawerId) => useDrawer.setState({ open })
export const closeDrawer = () => useDrawer.setState({ open: null })
