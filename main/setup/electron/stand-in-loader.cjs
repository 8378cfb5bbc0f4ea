// Runs inside the stand-in Electron in place of Electron's own default app: loads the application folder given on the command line.

const { app } = require('electron')
const fs = require('node:fs')
const path = require('node:path')

const index = process.argv.findIndex(
  (word, at) => at > 0 && !word.startsWith('-') && fs.existsSync(path.join(word, 'package.json')),
)
if (index < 0) {
  process.stderr.write('This Electron needs the folder of an application on its command line.\n')
  app.exit(2)
} else {
  const folder = path.resolve(process.argv[index] ?? '')
  const about = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  Object.assign(process, { defaultApp: true }) // as Electron's default app says
  process.env['ALBERT_STAND_IN'] = '1' // the program says in its settings what it runs on
  app.setName(about.productName ?? about.name)
  Object.assign(app, { getVersion: () => about.version, getAppPath: () => folder })
  if (!app.commandLine.hasSwitch('user-data-dir'))
    app.setPath('userData', path.join(app.getPath('appData'), app.getName()))
  require(path.join(folder, about.main))
}
