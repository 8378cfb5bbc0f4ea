// The sentences of refusals that a person may read in another language: code and facts in; the English sentence with both out.
import { RUN_SENTENCES, sayFrom } from '../../engine/spec/sentences.ts'

/**
 * `{{name}}` stands for a fact; one whose name ends in `_bytes` is said as a size. The window has the same sentences in Chinese
 * (`renderer/i18n/zh/host.json`); a test holds the two lists together.
 */
export const SENTENCES = {
  ...RUN_SENTENCES,
  'move-not-a-folder': 'The models cannot be moved to {{into}}: it is not a folder.',
  'move-not-whole-path':
    'The models cannot be moved to {{into}}: give the whole path of a folder, as in /media/disk.',
  'move-there-already': 'The models cannot be moved to {{into}}: they lie there already.',
  'move-inside': 'The models cannot be moved to {{into}}: one of the two folders lies inside the other.',
  'move-name-taken':
    'The models cannot be moved to {{into}}: there is a folder {{name}} in it. Move that away, or choose another folder.',
  'move-copy-differs':
    'The models cannot be moved to {{into}}: the copy of {{file}} differs from it. Check that disk, then try again.',
  'no-folder-dialog': 'There is no window here that could ask for a folder; write its whole path.',
  'move-no-room':
    '{{into}} has {{free_bytes}} free; the models need {{needed_bytes}}. Free some space there, or choose another folder.',
  'move-goes-on':
    'The models are being moved to {{into}} by another program. Wait until it is done, or end it there.',
  'archive-empty':
    '{{file}} was not unpacked: it is no tar archive, or an empty one. Nothing of it was kept.',
  'archive-empty-zip': '{{file}} was not unpacked: it is an empty zip archive. Nothing of it was kept.',
  'archive-too-large':
    '{{file}} was not unpacked: it unpacks to more than {{most_bytes}}. Nothing of it was kept.',
  'archive-bomb':
    '{{file}} was not unpacked: it unpacks to more than {{times}} times its size, as nothing does that belongs here. Nothing of it was kept.',
  'archive-headers': '{{file}} was not unpacked: its headers go on for too long. Nothing of it was kept.',
  'archive-entries': '{{file}} was not unpacked: it has more than {{most}} entries. Nothing of it was kept.',
  'archive-link':
    '{{file}} was not unpacked: {{entry}} is {{kind}}; only files and folders belong here. Nothing of it was kept.',
  'archive-no-size': '{{file}} was not unpacked: its entry {{entry}} has no size. Nothing of it was kept.',
  'archive-twice':
    '{{file}} was not unpacked: it has {{entry}} twice, or two names that are one on some systems. Nothing of it was kept.',
  'archive-no-room':
    '{{file}} was not unpacked: that takes {{needed_bytes}}, and the disk has {{free_bytes}} free. Free some space, then bring it again.',
  'archive-cut':
    '{{file}} was not unpacked: it ends in the middle; it arrived only in part. Nothing of it was kept.',
  'archive-cut-file':
    '{{file}} was not unpacked: it ends in the middle of a file; it arrived only in part. Nothing of it was kept.',
  'archive-damaged':
    '{{file}} was not unpacked: its compressed data is damaged ({{reason}}). Nothing of it was kept.',
  'archive-damaged-tar':
    '{{file}} was not unpacked: it is no tar archive, or a damaged one. Nothing of it was kept.',
  'archive-name-too-long':
    '{{file}} was not unpacked: it has an entry {{entry}}, whose name is too long. Nothing of it was kept.',
  'archive-name-characters':
    '{{file}} was not unpacked: it has an entry {{entry}}, whose name holds characters that some systems read as another place. Nothing of it was kept.',
  'archive-name-outside':
    '{{file}} was not unpacked: it has an entry {{entry}}, which names a place outside of the archive. Nothing of it was kept.',
  'archive-name-above':
    '{{file}} was not unpacked: it has an entry {{entry}}, which leads out of the archive. Nothing of it was kept.',
  'archive-name-deep':
    '{{file}} was not unpacked: it has an entry {{entry}}, which lies more than {{depth}} folders deep. Nothing of it was kept.',
  'archive-name-odd':
    '{{file}} was not unpacked: it has an entry {{entry}}, whose name cannot be a file’s on every system. Nothing of it was kept.',
  'archive-zip-overlap':
    '{{file}} was not unpacked: its entries {{entry}} and {{other}} overlap, as in a zip bomb. Nothing of it was kept.',
  'archive-zip-encrypted':
    '{{file}} was not unpacked: it is encrypted; unpack it with its password first. Nothing of it was kept.',
  'archive-zip-entry-damaged':
    '{{file}} was not unpacked: its entry {{entry}} is damaged. Nothing of it was kept.',
  'archive-zip-outside':
    '{{file}} was not unpacked: it has an entry whose name leads out of the archive ({{reason}}). Nothing of it was kept.',
  'archive-zip-cut':
    '{{file}} was not unpacked: it is no zip archive, or it arrived only in part. Nothing of it was kept.',
  'archive-zip-method':
    '{{file}} was not unpacked: it is packed in a way that is not read here ({{reason}}); pack it with Deflate. Nothing of it was kept.',
  'archive-zip-damaged': '{{file}} was not unpacked: it is damaged ({{reason}}). Nothing of it was kept.',
  'benchmark-archive': '{{file}} {{reason}}. Nothing of it was kept; fetch it again.',
  'benchmark-lacks': '{{name}} lacks {{files}}. Fetch it again; if it stays so, its authors have changed it.',
  'mrpc-damaged': '{{file}} {{what}}. Fetch it again; if it stays so, its authors have changed it.',
  'disk-full': 'There is no space left on the disk to write {{file}}; free some space and try again.',
  'file-not-there': '{{file}} does not exist; it was moved or deleted. Choose it again.',
  'file-no-rights':
    '{{file}} cannot be opened with the rights this program has; change its permissions or choose another place.',
  'file-held': '{{file}} is held by another program; wait until it is done, or close it, then try again.',
  'disk-read-only': '{{file}} lies on a disk that can only be read; choose another place.',
  'file-is-folder': '{{file}} is a folder; choose a file.',
  'disk-error': 'The disk reports an error at {{file}}; check the disk, then try again.',
  'file-unknown': 'This file is not known any more, as the program was started anew; choose it again.',
  'work-cancelled': 'It was cancelled; nothing was changed.',
  'catalogue-unknown': '{{id}} is not in the catalogue; choose one of {{known}}.',
  'download-gone': 'This download is not on the list any more; start it again.',
  'download-ended': '{{name}} is {{status}}; there is nothing to pause.',
  'download-no-folder': '{{name}} is {{status}}: there is no folder to open. Fetch it first.',
  'dataset-gone': 'This dataset does not exist any more; it was deleted. Import its files again.',
  'dataset-changed':
    '{{file}} was changed after it was imported, so that it is not version {{version}} of {{name}} any more. Import the changed file: it becomes a new version.',
  'dataset-in-use': '{{name}} is used by the run {{run}}, which is {{status}}; cancel that run first.',
  'dataset-files-gone':
    'The files of {{name}} are gone: {{file}} was moved or deleted. Put it back, or import the dataset again.',
  'sample-missing':
    "The sample's text is not there: {{file}}. Run npm run sample in the project, which makes it, or install the program again.",
  'model-gone': 'There is no model {{id}}; choose one of {{known}}.',
  'model-built-in': '{{name}} ships with the program and cannot be changed.',
  'model-in-use':
    '{{name}} is what the run {{run}} starts from, and that is {{status}}; cancel that run first.',
  'vocabulary-too-large':
    'vocab_size is {{vocab_size}} and the vocabulary has {{size}} pieces; it must be at least {{size}}.',
  'folder-too-large':
    '{{folder}} holds {{megabytes}} MB of files that may belong to a model; choose the folder of one model.',
  'folder-too-many': '{{folder}} holds more than {{most}} files; choose the folder of one model.',
  'neither-file-nor-folder':
    '{{file}} is neither a file nor a folder; choose an archive or the folder of a model.',
  'model-fresh': '{{name}} starts from fresh weights: there are no values yet.',
  'too-many-labels':
    'There are more than {{most}} different labels in {{column}}; choose another column, or regression if it holds numbers.',
  'only-one-label':
    'Every row has the label {{label}} in {{column}}; a classification needs two labels. Choose another column.',
  'no-text-column': 'Say which column holds the text; without one there is nothing to read.',
  'no-second-column': '{{name}} reads pairs: say which column holds the second text.',
  'no-label-column': 'Say which column holds the label; without one nothing can be learnt.',
  'no-such-task': 'There is no built-in task {{task}} of {{kind}}.',
  'one-label-listed': 'There is only one label; a classification needs two.',
  'label-listed-twice': 'The same label is listed twice.',
  'no-context-column': 'Say which column holds the text that is asked about.',
  'no-question-column': 'Say which column holds the question.',
  'no-answer-column': 'Say which column holds the answer; without one nothing can be learnt.',
  'no-option-columns': 'Say which columns hold the options.',
  // What the engine says of a model names the place; its kind is what is said in other languages.
  'model-refused': '{{detail}}',
  'model-lacks-file': '{{detail}}',
  'model-bad-config': '{{detail}}',
  'model-bad-vocabulary': '{{detail}}',
  'model-bad-checkpoint': '{{detail}}',
  'archive-without-data':
    '{{file}} holds no data: no file in it ends in .tsv, .csv, .txt, .json or .jsonl. Choose another archive.',
  'run-file-gone':
    'The {{split}} file of {{name}} is gone: {{file}}. It was moved or deleted after it was imported. Put it back, or import the dataset again and start a new run.',
  'run-vocabulary-gone': 'The vocabulary is gone: {{file}}. Install the program again, or put the file back.',
  'run-model-gone':
    'The model that this run starts from is gone: {{file}}. Put its files back, or import the model again and start a new run.',
  'run-data-changed':
    '{{file}} was changed while the run went on, so that its scores would belong to no version of the data. Import the changed files: they become a new version. Then start a new run on it.',
  'run-closed': 'The program was closed at step {{step}}. Resume goes on from there.',
  'run-left':
    'The program ended while this run was at step {{step}}. Resume goes on from its newest checkpoint.',
  'run-never-came': 'The command that started this run ended before its turn came. Resume queues it again.',
  'run-unwilling':
    'The run was ended at step {{step}} because it did not stop by itself. Resume goes on from its newest checkpoint.',
  'run-killed':
    'The engine was killed (SIGKILL; systems do so when memory runs out, and a smaller train_batch_size or max_seq_length needs less) at step {{step}}. Resume goes on from its newest checkpoint.',
  'run-ended-by':
    'The engine was ended by {{signal}} at step {{step}}. Resume goes on from its newest checkpoint.',
  'run-ended-with':
    'The engine ended by itself with code {{exit_code}} at step {{step}}. Resume goes on from its newest checkpoint.',
  'run-not-begun': 'The engine could not be started. Resume tries it again.',
  'run-not-now': '{{name}} is {{status}}; it cannot be told to {{wish}} now.',
  'run-delete-not-now': '{{name}} is {{status}}; it cannot be told to delete now. Cancel it first.',
  'runtime-unknown': '{{id}} is no runtime for this machine; there are {{known}}.',
  'runtime-absent': 'TensorFlow {{version}} ({{id}}) is not here; fetch it first.',
  'runtime-not-ours': '{{name}} was not fetched by this program, so it is not deleted here.',
  'runtime-in-use': 'A run is under way, which may compute with {{name}}; wait for its end, or pause it.',
  'runtime-no-binding':
    'No binding for TensorFlow {{version}} is here, which the set-up compiles: run npm start in the project, and fetch this afterwards.',
  'downloads-off':
    'Downloads are switched off. Switch them on in the settings; everything that is here already works.',
  'tensorflow-none':
    'TensorFlow is not installed, so nothing can be trained. Run npm start in the project, which fetches it.',
  'tensorflow-gone':
    'TensorFlow is not in {{folder}}, so nothing can be trained. Run npm start in the project, which fetches it again.',
  'tensorflow-from': 'TensorFlow from {{folder}}.',
  'tensorflow-is': 'TensorFlow {{version}} ({{build}}).',
  'run-gone': 'This run does not exist any more; it was deleted.',
  'engine-gone':
    'The engine’s process ended ({{how}}) before it had an answer. Where memory is short, close other programs and try again; the log has its last words.',
  'predict-not-finished': '{{name}} has no trained weights: only a finished training run can answer a file.',
  'nothing-predicted': '{{name}} has predicted nothing: it had no test file, or was told not to.',
  'predictions-gone':
    'The predictions of {{name}} cannot be shown: the files in {{folder}}, or those that they are about, were moved or changed.',
}

export type SentenceCode = keyof typeof SENTENCES

/** What a refusal says: `throw new HostFailure({ code: 'bad-file', file, …, ...say('move-not-a-folder', { into }) })`. */
export const say = sayFrom(SENTENCES)
