// Nothing in, a program on a data folder of its own with a stand-in for the engine out: for the tests of commands.
import path from 'node:path'
import { standIn, temporaryFolder, tinyAssets } from '../../host/testing/host-fixture.ts'
import type { Program } from '../../shell/program.ts'

export function newProgram(): Program {
  return {
    version: '1.2.3',
    pages_dir: '/none',
    assets_dir: tinyAssets(),
    engine_file: standIn,
    tensorflow_dir: null,
    data_dir: path.join(temporaryFolder(), 'home'),
  }
}
