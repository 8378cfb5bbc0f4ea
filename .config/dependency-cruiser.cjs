// Which folder may import which: the table of the project's layout as rules, each with what to do instead.

const ENGINE_INNER = 'tasks|text|data|model|optim|checkpoint'
const TESTS = '(?:\\.(?:test|bench)\\.[a-z]+$|/testing/)'
const LOADER = '^main/setup/electron/stand-in-loader\\.cjs$' // runs inside Electron
const npm = (...names) => names.map((name) => `^node_modules/${name}/`)

/** A folder of npm packages that only one part of the program may touch. */
const npmOnly = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: [TESTS, LOADER] },
  to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'], pathNot: npm(...allowed) },
})

const oursOnly = (name, from, allowed, comment, fromNot = []) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: [TESTS, ...fromNot] },
  to: { path: '^(?:engine|main|renderer|e2e)/', pathNot: allowed },
})

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      comment:
        'Two files that need each other are one idea, or a third one: move what both need into a file of its own.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-missing-file',
      severity: 'error',
      comment: 'The file or package that is imported does not exist: mend the path, or add the package.',
      from: {},
      to: { couldNotResolve: true },
    },
    oursOnly(
      'spec-knows-nothing',
      '^engine/spec/',
      '^engine/spec/',
      'engine/spec is plain declarations: what needs more than zod belongs into the folder that uses it.',
    ),
    npmOnly(
      'spec-is-zod',
      '^engine/spec/',
      ['zod'],
      'engine/spec is read everywhere, the window included: zod and nothing else.',
    ),
    oursOnly(
      'engine-part-alone',
      `^engine/(${ENGINE_INNER})/`,
      ['^engine/spec/', '^engine/$1/'],
      'The parts of the engine know spec and themselves; what joins two of them is written in engine/train.',
      ['^engine/data/', '^engine/optim/', '^engine/checkpoint/'],
    ),
    oursOnly(
      'data-knows-text',
      '^engine/data/',
      '^engine/(?:spec|data|text|tasks)/',
      'Reading data needs the tokenizer and no model.',
    ),
    oursOnly(
      'optim-knows-model',
      '^engine/optim/',
      '^engine/(?:spec|optim|model)/',
      'An optimizer knows parameters, and neither data nor training.',
    ),
    oursOnly(
      'checkpoint-knows-params',
      '^engine/checkpoint/',
      '^engine/(?:spec|checkpoint|model|optim)/',
      'A checkpoint is parameters and moments by name: no data, no training.',
    ),
    npmOnly(
      'engine-part-npm',
      `^engine/(?:${ENGINE_INNER})/`,
      ['@tensorflow/tfjs-core', 'sentencepiece-js', '@sctg/sentencepiece-js', 'csv-parse', 'zod'],
      'The model and its parts are written in tfjs-core; backends are started in engine/backends.',
    ),
    oursOnly(
      'engine-looks-inward',
      '^engine/',
      '^engine/',
      'The engine knows no jobs and no screens: hand it what it needs in the RunRequest.',
    ),
    oursOnly(
      'backends-know-spec',
      '^engine/backends/',
      '^engine/(?:spec|backends)/',
      'A backend starts TensorFlow; what is computed on it is written elsewhere.',
    ),
    oursOnly(
      'contract-is-the-border',
      '^main/contract/',
      '^(?:main/contract|engine/spec)/',
      'The window reads the contract: it may not drag the host or the engine in.',
    ),
    npmOnly(
      'contract-is-zod',
      '^main/contract/',
      ['zod'],
      'The contract runs in the window and in Node: zod and nothing else.',
    ),
    oursOnly(
      'host-without-screen',
      '^main/host/',
      '^(?:main/host|main/contract)/|^engine/(?:spec|data|tasks|text)/|^engine/checkpoint/crc32c\\.ts$',
      'The host knows no shell. It reads tables, knows tasks and checks sums as the engine does; what needs TensorFlow runs in another process, which only main/host/engine/child.ts loads.',
      ['^main/host/engine/(?:child|forward)\\.ts$'],
    ),
    oursOnly(
      'engine-by-its-door',
      '^main/host/engine/(?:child|forward)\\.ts$',
      '^(?:main/host|main/contract|engine/spec)/|^engine/index\\.ts$',
      'The engine has one door: engine/index.ts.',
    ),
    npmOnly(
      'host-npm',
      '^main/host/',
      [
        'libsql',
        'zod',
        'csv-parse',
        'yauzl',
        'tar-stream',
        'https-proxy-agent',
        'check-disk-space',
        '@types/.*',
      ],
      'The host is plain Node with SQLite; a package more is a decision (main/decisions).',
    ),
    oursOnly(
      'shells-know-the-host',
      '^main/(electron|server)/',
      ['^main/$1/', '^main/(?:shell|host|contract)/', '^engine/spec/'],
      'A shell is about one screen and nothing else: what two of them need stands in main/shell, or belongs to the host.',
    ),
    oursOnly(
      'command-line-without-tensorflow',
      '^main/cli/',
      ['^main/(?:cli|server|shell|host|contract)/', '^engine/(?:spec|tasks|text|data|checkpoint)/'],
      'The command line reads tasks, text and files itself; what needs TensorFlow runs in the engine process.',
    ),
    oursOnly(
      'setup-alone',
      '^main/setup/',
      '^main/setup/',
      'The set-up runs before anything is installed or built: it imports itself and Node.',
    ),
    npmOnly(
      'setup-npm',
      '^main/setup/',
      [],
      'The set-up runs before anything is installed: a package is loaded by its path, behind the step that installs it.',
    ),
    {
      name: 'electron-in-its-folder',
      severity: 'error',
      comment: 'Only main/electron imports electron: ask the contract for host.info instead.',
      from: { pathNot: ['^main/electron/', LOADER] },
      to: { path: '^node_modules/electron/' },
    },
    {
      name: 'tensorflow-in-the-engine',
      severity: 'error',
      comment: 'TensorFlow lives in the engine process alone: send the engine a request instead.',
      from: { pathNot: '^engine/' },
      to: { path: '^node_modules/@tensorflow/' },
    },
    oursOnly(
      'window-knows-the-contract',
      '^renderer/',
      '^(?:renderer|main/contract|engine/spec)/',
      'The window asks through the contract: add a method there instead of importing what answers it.',
    ),
    oursOnly(
      'charts-draw-numbers',
      '^renderer/(?:charts|tables)/',
      '^(?:renderer/(?:charts|tables|ui|theme|words|locales)|engine/spec|main/contract)/',
      'Charts and tables draw what they are given: pass the numbers in.',
    ),
    oursOnly(
      'ui-knows-nothing',
      '^renderer/(?:ui|theme)/',
      '^renderer/(?:ui|theme)/',
      'Buttons and colours know nothing of this program: pass it in.',
    ),
    oursOnly(
      'e2e-from-outside',
      '^e2e/',
      '^(?:e2e|main/contract|engine/spec)/',
      'The specs use the program as a person does.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:dist|release|assets)/' },
    tsPreCompilationDeps: true, // an import of a type is an arrow as well
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    detectProcessBuiltinModuleCalls: true,
  },
}
