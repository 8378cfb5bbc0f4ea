// Tells i18next's types which words there are, so that a key without words does not compile.
import 'i18next'
import type { Words } from './resources.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: Words
    returnNull: false
  }
}
