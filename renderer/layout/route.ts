// The address after the `#` in, the page it means out, and back. The same in the desktop window and in a browser.
export type Route =
  | { page: 'home' }
  | { page: 'models' }
  | { page: 'model'; model_id: string }
  | { page: 'datasets' }
  | { page: 'dataset'; dataset_id: string }
  /** With a dataset, a model or a job to start from: its choices fill the form. */
  | { page: 'new-run'; dataset_id?: string; model_id?: string; from_job_id?: string }
  | { page: 'queue' }
  | { page: 'run'; job_id: string }
  | { page: 'results' }
  | { page: 'settings' }
  | { page: 'not-found'; address: string }

/** Reads an address such as `#/runs/7`. */
export function parseRoute(hash: string): Route {
  const address = hash.replace(/^#?\/?/, '')
  const [path = '', query = ''] = address.split('?')
  const [first = '', second, ...rest] = path.split('/').map(decoded)
  const parameters = new URLSearchParams(query)
  if (rest.length === 0) {
    if (second === undefined || second === '') {
      switch (first) {
        case '':
          return { page: 'home' }
        case 'models':
        case 'datasets':
        case 'queue':
        case 'results':
        case 'settings':
          return { page: first }
        case 'new-run':
          return {
            page: 'new-run',
            ...present('dataset_id', parameters.get('dataset')),
            ...present('model_id', parameters.get('model')),
            ...present('from_job_id', parameters.get('from')),
          }
      }
    } else {
      if (first === 'models') return { page: 'model', model_id: second }
      if (first === 'datasets') return { page: 'dataset', dataset_id: second }
      if (first === 'runs') return { page: 'run', job_id: second }
    }
  }
  return { page: 'not-found', address }
}

/** Writes the address of a page, for an `href`. */
export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'home':
      return '#/'
    case 'model':
      return `#/models/${encodeURIComponent(route.model_id)}`
    case 'dataset':
      return `#/datasets/${encodeURIComponent(route.dataset_id)}`
    case 'run':
      return `#/runs/${encodeURIComponent(route.job_id)}`
    case 'new-run': {
      const parameters = new URLSearchParams()
      if (route.dataset_id !== undefined) parameters.set('dataset', route.dataset_id)
      if (route.model_id !== undefined) parameters.set('model', route.model_id)
      if (route.from_job_id !== undefined) parameters.set('from', route.from_job_id)
      const query = parameters.toString()
      return query === '' ? '#/new-run' : `#/new-run?${query}`
    }
    case 'not-found':
      return `#/${route.address}`
    default:
      return `#/${route.page}`
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function present<Key extends string>(key: Key, value: string | null): { [K in Key]?: string } {
  return value === null || value === '' ? {} : ({ [key]: value } as { [K in Key]: string })
}
