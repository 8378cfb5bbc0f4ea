// What jsdom lacks of a browser and the window's parts ask for.
const desktop = { prefersDark: false, queries: new Set<EventTarget>() }

/** Turns the desktop dark or light, and tells the page. */
export function setDesktopDark(dark: boolean): void {
  desktop.prefersDark = dark
  for (const query of desktop.queries) query.dispatchEvent(new Event('change'))
}

/** Fills in what is missing; does nothing where it is there. */
export function prepareDom(): void {
  window.matchMedia = (query) => new FakeQuery(query)
  const page: { ResizeObserver?: unknown } = window
  page.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
  const element = Element.prototype as Partial<Element>
  element.scrollTo ??= () => undefined
  element.scrollIntoView ??= () => undefined
  element.hasPointerCapture ??= () => false
  element.setPointerCapture ??= () => undefined
  element.releasePointerCapture ??= () => undefined
}

class FakeQuery extends EventTarget implements MediaQueryList {
  readonly media: string
  onchange = null
  constructor(media: string) {
    super()
    this.media = media
    if (this.media.includes('dark')) desktop.queries.add(this)
  }
  get matches(): boolean {
    return this.media.includes('dark') && desktop.prefersDark
  }
  addListener() {}
  removeListener() {}
}
