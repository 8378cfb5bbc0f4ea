// Where the program keeps its records, datasets and runs: environment in, folder out; and the places inside that folder.
import os from 'node:os'
import path from 'node:path'

/** The data folder: `ALBERT_HOME`, else where the platform puts the data of programs. */
export function dataFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home = os.homedir(),
): string {
  const chosen = env['ALBERT_HOME']
  if (chosen) return path.resolve(chosen)
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'albert-workbench')
  if (platform === 'win32') {
    return path.join(env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'albert-workbench')
  }
  const xdg = env['XDG_DATA_HOME']
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.local', 'share'), 'albert-workbench')
}

/** The places inside a data folder. */
export type Places = ReturnType<typeof placesIn>

export function placesIn(data_dir: string) {
  return {
    database: path.join(data_dir, 'workbench.sqlite'),
    /** A folder for each dataset: its files and `task.json`. */
    datasets: path.join(data_dir, 'datasets'),
    /** A folder for each imported model, unless the person keeps them elsewhere. */
    models: path.join(data_dir, 'models'),
    /** A folder for each job that the window started. */
    runs: path.join(data_dir, 'runs'),
    /** A folder for each download that has not become anything yet. */
    downloads: path.join(data_dir, 'downloads'),
    /** The files of benchmarks, a folder for each. */
    benchmarks: path.join(data_dir, 'benchmarks'),
    /** Runtimes of the engine that were fetched, a folder for each. */
    runtimes: path.join(data_dir, 'runtimes'),
    /** What runs keep for each other; it can be deleted at any time. */
    cache: path.join(data_dir, 'cache'),
    /** Files that arrived over the network and wait to be imported. */
    uploads: path.join(data_dir, 'uploads'),
  }
}
