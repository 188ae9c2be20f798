import { EventEmitter } from 'node:events'

/** What a test sees and decides of the system around the shell. */
export class World {
  isReady = false
  hasQuit = false
  isFirstInstance = true
  isPackaged = false
  readonly paths = new Map<string, string>()
  readonly handlers = new Map<string, (request: Request) => Promise<Response> | Response>()
  readonly privileged = new Map<string, Electron.Privileges>()
  readonly answers = new Map<string, (event: Electron.IpcMainInvokeEvent, ...input: unknown[]) => unknown>()
  /** Every message box that was shown, and how each is answered. */
  readonly boxes: Electron.MessageBoxOptions[] = []
  onBox: (box: Electron.MessageBoxOptions) => Partial<Electron.MessageBoxReturnValue> = () => ({})
  chosenFiles: string[] = []
  readonly openedOutside: string[] = []
  readonly shownPaths: string[] = []
  /** The backend of safeStorage; null where there is no keychain. */
  keychain: 'gnome_libsecret' | 'basic_text' | null = 'gnome_libsecret'
  displays: { id: number; workArea: Electron.Rectangle }[] = [
    { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } },
  ]
  menu: Electron.MenuItemConstructorOptions[] = []
  readonly exposed = new Map<string, unknown>()
  readonly pathOfFile = new WeakMap<File, string>()
  readonly heard = new EventEmitter()

  /** What Electron says of things that exist only once it is ready. */
  needReady(what: string): void {
    if (!this.isReady) throw new Error(`${what} cannot be used before the app is ready`)
  }
}

/** An emitter that refuses events which the real thing does not have (or this stand-in does not know). */
export class Emitter extends EventEmitter {
  readonly #known: readonly string[]

  constructor(known: readonly string[]) {
    super()
    this.#known = known
  }

  override on(event: string, listener: (...given: never[]) => void): this {
    if (!this.#known.includes(event)) throw new Error(`The stand-in has no event ${event}`)
    return super.on(event, listener as (...given: unknown[]) => void)
  }

  override once(event: string, listener: (...given: never[]) => void): this {
    if (!this.#known.includes(event)) throw new Error(`The stand-in has no event ${event}`)
    return super.once(event, listener as (...given: unknown[]) => void)
  }
}

/** Throws at members that the stand-in lacks, so that no test passes on `undefined`. */
export function strict<Thing extends object>(name: string, thing: Thing): Thing {
  return new Proxy(thing, {
    get(target, member) {
      if (typeof member === 'string' && !(member in target) && member !== 'then') {
        throw new Error(`The stand-in has no ${name}.${member}`)
      }
      const value = Reflect.get(target, member, target) as unknown
      return typeof value === 'function' && typeof member === 'string' && /^[a-z]/.test(member)
        ? value.bind(target)
        : value
    },
  })
}

export function preventable(): { defaultPrevented: boolean; preventDefault(): void } {
  const event = {
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true
    },
  }
  return event
}
