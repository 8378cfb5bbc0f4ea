// The few words that the shell itself shows: the menu and the notification, in English and Chinese.

const en = {
  file: 'File',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  help: 'Help',
  quit: 'Quit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select All',
  reload: 'Reload',
  resetZoom: 'Actual Size',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
  fullScreen: 'Full Screen',
  devTools: 'Developer Tools',
  minimize: 'Minimize',
  close: 'Close',
  about: 'About ALBERT Workbench',
  done: 'Run finished',
  failed: 'Run failed',
}

export type Words = typeof en

const zh: Words = {
  file: '文件',
  edit: '编辑',
  view: '视图',
  window: '窗口',
  help: '帮助',
  quit: '退出',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  reload: '重新加载',
  resetZoom: '实际大小',
  zoomIn: '放大',
  zoomOut: '缩小',
  fullScreen: '全屏',
  devTools: '开发者工具',
  minimize: '最小化',
  close: '关闭',
  about: '关于 ALBERT Workbench',
  done: '运行完成',
  failed: '运行失败',
}

/**
 * @param language as the settings have it
 * @param locale of the system, as in `zh-CN`
 */
export function wordsFor(language: 'system' | 'en' | 'zh', locale: string): Words {
  const chosen = language === 'system' ? locale.slice(0, 2).toLowerCase() : language
  return chosen === 'zh' ? zh : en
}
