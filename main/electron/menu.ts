// The words of a language in, the menu out: the standard entries of the system and nothing else, for what the program does stands in its pages.
import type { MenuItemConstructorOptions } from 'electron'
import type { Words } from './words.ts'

export function menuTemplate(words: Words, platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const about: MenuItemConstructorOptions = { role: 'about', label: words.about }
  const divider: MenuItemConstructorOptions = { type: 'separator' }
  const onMac = platform === 'darwin'
  return [
    ...(onMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: words.file,
      submenu: onMac ? [{ role: 'close', label: words.close }] : [{ role: 'quit', label: words.quit }],
    },
    {
      label: words.edit,
      submenu: [
        { role: 'undo', label: words.undo },
        { role: 'redo', label: words.redo },
        divider,
        { role: 'cut', label: words.cut },
        { role: 'copy', label: words.copy },
        { role: 'paste', label: words.paste },
        { role: 'selectAll', label: words.selectAll },
      ],
    },
    {
      label: words.view,
      submenu: [
        { role: 'reload', label: words.reload },
        { role: 'toggleDevTools', label: words.devTools },
        divider,
        { role: 'resetZoom', label: words.resetZoom },
        { role: 'zoomIn', label: words.zoomIn },
        { role: 'zoomOut', label: words.zoomOut },
        divider,
        { role: 'togglefullscreen', label: words.fullScreen },
      ],
    },
    {
      label: words.window,
      submenu: [
        { role: 'minimize', label: words.minimize },
        { role: 'close', label: words.close },
      ],
    },
    { role: 'help', label: words.help, submenu: [about] },
  ]
}
