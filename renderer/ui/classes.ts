// Class names in, one `className` string out; what is not there is left out.

/** Joins the names that apply. */
export function classes(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}
