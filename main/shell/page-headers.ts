// The headers under which every page is served: what it may load, run and reach.

/**
 * @param events address of the WebSocket where the page hears events by one, as in `ws://127.0.0.1:8123`
 */
export function pageHeaders(events?: string): Record<string, string> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(events),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  }
}

/** Nothing but our own files runs or styles, and nothing is reached but our own origin. */
function contentSecurityPolicy(events: string | undefined): string {
  return Object.entries({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'connect-src': events === undefined ? "'self'" : `'self' ${events}`,
    'worker-src': "'self'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ')
}
