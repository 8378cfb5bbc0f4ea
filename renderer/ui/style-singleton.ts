// Stands in for the package `react-style-singleton`: the same three functions over constructed stylesheets, which need no `<style>` element and so no hole in the Content-Security-Policy.
import { useEffect } from 'react'

type Singleton = { add(css: string): void; remove(): void }

/** One stylesheet on the page while at least one user needs it; the first one's text counts. */
export function stylesheetSingleton(): Singleton {
  let users = 0
  let sheet: CSSStyleSheet | null = null
  return {
    add(css) {
      users += 1
      if (users > 1) return
      sheet = new CSSStyleSheet()
      sheet.replaceSync(css)
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    },
    remove() {
      users -= 1
      if (users > 0 || sheet === null) return
      const gone = sheet
      sheet = null
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== gone)
    },
  }
}

/** A hook that keeps the stylesheet while its component stands. */
export function styleHookSingleton(): (css: string, isDynamic?: boolean) => void {
  const singleton = stylesheetSingleton()
  return function useStylesheet(css, isDynamic = false) {
    const dependency = isDynamic ? css : ''
    useEffect(() => {
      singleton.add(css)
      return () => singleton.remove()
      // eslint-disable-next-line react-hooks/exhaustive-deps -- a text that is not dynamic is only read once
    }, [dependency])
  }
}

/** A component that keeps the stylesheet while it stands. */
export function styleSingleton(): (props: { styles: string; dynamic?: boolean }) => null {
  const useStylesheet = styleHookSingleton()
  return function Stylesheet({ styles, dynamic = false }) {
    useStylesheet(styles, dynamic)
    return null
  }
}
