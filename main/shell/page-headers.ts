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

/**
 * Nothing but our own files runs, and nothing is reached but our own origin. Inline styles are allowed: component and chart
 * libraries set them, and without a foreign address to load from they can carry nothing out.
 */
function contentSecurityPolicy(events: string | undefined): string {
  return Object.entries({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
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
