// Short words at the window's edge about something that just happened elsewhere.
import { Toaster as Sonner, toast } from 'sonner'
import 'sonner/dist/styles.css'
import { useThemeName } from '../theme/theme.ts'
import './toast.css'

/** A dialog's buttons are at its foot: words that pass must not lie on them. */
const ABOVE_BUTTONS = { bottom: '5.5rem' }

/** Stands once in the window. */
export function Toaster() {
  return (
    <Sonner
      theme={useThemeName()}
      position="bottom-right"
      offset={ABOVE_BUTTONS}
      mobileOffset={ABOVE_BUTTONS}
      visibleToasts={4}
      gap={8}
    />
  )
}

type ToastOptions = { description?: string; action?: { label: string; onClick: () => void } }

/** Says something in passing; what must not be missed belongs into the page. */
export const notify = {
  info: (message: string, options?: ToastOptions) => void toast(message, options),
  success: (message: string, options?: ToastOptions) => void toast.success(message, options),
  error: (message: string, options?: ToastOptions) =>
    void toast.error(message, { duration: 10_000, ...options }),
}
