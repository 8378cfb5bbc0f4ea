// The sentences of a run's failures: code and facts in; the English sentence, and both for those who say it in another language, out.
import { z } from 'zod'

/** What a sentence names beside place and value, by the name it has in the sentence. */
export const FaultFacts = z.record(z.string(), z.union([z.string(), z.number()]))
export type FaultFacts = z.infer<typeof FaultFacts>

/** Which sentence it is, one of a list or a fault that a check of data finds, and what it names: so it is said in other languages. */
export const SaidFault = z.object({ code: z.string(), value: z.string().nullable(), facts: FaultFacts })
export type SaidFault = z.infer<typeof SaidFault>

/** `{{name}}` stands for a fact; one whose name ends in `_bytes` is said as a size. */
export const RUN_SENTENCES = {
  'run-nothing-to-do': 'The run has nothing to do; choose do_train, do_eval or do_predict.',
  'run-lacks-split': '{{task}} has no {{split}} file, and this run needs one.',
  'run-lacks-labels': '{{task}} is a classification and lists no labels.',
  'run-lacks-segments':
    "{{task}} has pairs of texts, and the model's type_vocab_size is {{type_vocab_size}}; it needs 2.",
  'run-vocabulary-larger':
    "{{file}} has {{pieces}} pieces, and the model's vocab_size is {{vocab_size}}; use the vocabulary that the model was made with.",
  'run-output-taken':
    '{{folder}} holds a {{name}} that no run of this program left there, and the result of this run would replace it. Choose another output folder.',
  'run-question-fills':
    'max_seq_length {{max_seq_length}} leaves no room for the context beside a question of max_query_length {{max_query_length}} and three special pieces; choose more than {{least}}, or shorter questions.',
  'run-no-level': 'high_only and middle_only together leave nothing; choose one of them.',
  'run-head-missing':
    '{{file}} lacks {{names}}, so its answers would be chance. Train first (do_train), or name a checkpoint that was trained for this task.',
  'run-untrained':
    'There is no trained model: {{folder}} holds no checkpoint and no init_checkpoint is given. Train first (do_train), or name a checkpoint.',
  'run-lacks-variable':
    '{{file}} has no variable {{name}}. It belongs to another model or task; choose another output folder, or start the run anew.',
  'run-other-shape':
    '{{file}} has {{name}} as {{found}}, and this model needs {{needed}}. It belongs to another model or task; choose another output folder, or start the run anew.',
  'run-diverged':
    "At step {{step}} the loss is {{loss}} and the gradient's norm {{grad_norm}}: training has diverged, and going on would turn every weight into NaN. Lower learning_rate, or raise warmup_step; the last checkpoint is from before this step.",
  'run-diverged-fp16':
    "At step {{step}} the loss is {{loss}} and the gradient's norm {{grad_norm}} in fp16 with a loss scale of {{scale}}, and a smaller one would not help: training has diverged, or a product exceeds 65504, the most that half holds, and going on would turn every weight into NaN. Choose precision fp32 or bf16, lower learning_rate, or raise warmup_step; the last checkpoint is from before this step.",
  'run-no-space':
    'The disk is full: {{file}} could not be written. What was saved before is intact. Free some space and start the run again; it goes on from its last checkpoint.',
  'run-disk-full':
    '{{file}}: the disk is full after {{written}} bytes. Earlier checkpoints are whole; free some space and go on with the run.',
  'run-quota-full':
    '{{file}}: your disk quota is used up after {{written}} bytes. Earlier checkpoints are whole; free some space and go on with the run.',
  'run-no-room':
    '{{folder}}: a checkpoint needs {{needed_bytes}} and {{free_bytes}} are free. Earlier checkpoints are whole; free some space and go on with the run.',
  'run-no-rights':
    '{{file}} could not be read or written: permission denied. Choose a folder that you may write to, or change its permissions. Earlier checkpoints are whole.',
  'run-read-only':
    '{{file}} could not be written: the file system is read-only. Choose another folder. Earlier checkpoints are whole.',
  'run-folder-gone':
    '{{file}} could not be written: its folder does not exist any more. Put it back, or choose another one. Earlier checkpoints are whole.',
  'run-too-many-files':
    '{{file}} could not be written: there are too many open files. Raise the limit, as with ulimit -n. Earlier checkpoints are whole.',
  'run-disk-error':
    '{{file}} could not be read or written: the disk reports an error. Check it, then start the run again.',
  'run-not-written': '{{file}} could not be written ({{reason}}). Earlier checkpoints are whole.',
  'run-no-access':
    "{{file}} could not be read or written ({{reason}}). Check the folder's permissions and the disk, then start the run again.",
  'run-read-back': '{{file}}: what was read back is not what was written. Check the disk. ({{reason}})',
  'run-out-of-memory':
    'Memory ran out ({{reason}}). Choose a smaller train_batch_size or max_seq_length, or close other programs.',
  'run-tensor-too-large': '{{name}} needs {{needed_bytes}}, more than this machine gives.',
  'run-does-not-fit':
    'The run needs about {{needed_bytes}} of memory and may take {{allowed_bytes}}. Choose a smaller batch, sequence or model, or give it more memory.',
  'run-no-tensorflow':
    '{{reason}} Run the set-up again (npm start does it by itself), or point ALBERT_TENSORFLOW_DIR at the folder that holds tfjs_binding.node.',
  'vocabulary-unusable':
    'The vocabulary file {{file}} cannot be used: {{reason}}. Choose the file that came with the checkpoint, such as 30k-clean.model or vocab_chinese.txt.',
  'checkpoint-unusable': '{{file}}: {{reason}}',
  'file-empty': '{{file}} is empty. Choose a file with rows.',
  'file-without-rows':
    '{{file}} holds a header and no rows. Add rows below the header, or choose another file.',
  'file-without-examples':
    "{{file}} holds no row that {{task}} reads: every one is left out by the task's own rule. Choose another file.",
  'file-without-questions': '{{file}} holds no questions. Choose another file.',
  'file-without-windows':
    '{{file}}: no question can be read, because no context has pieces that could be found in it again. Choose another file, or the vocabulary of its language.',
  'question-without-answers':
    '{{file}} line {{line}} has no answers; {{split}} needs "answers" for every question. Give it as test to have it answered.',
}

export type RunSentence = keyof typeof RUN_SENTENCES

export type Said = { message: string; fault: SaidFault }

/** Gives what says a sentence of a list: `new EngineFailure({ code: 'bad-config', field, ...say('run-no-level') })`. */
export function sayFrom<Code extends string>(sentences: Readonly<Record<Code, string>>) {
  return (code: Code, facts: FaultFacts = {}): Said => {
    const words = Object.entries(facts).map(([name, value]) => [name, inWords(name, value)] as const)
    const message = words.reduce<string>(
      (text, [name, value]) => text.replaceAll(`{{${name}}}`, () => value),
      sentences[code],
    )
    return { message, fault: { code, value: null, facts } }
  }
}

export const say = sayFrom(RUN_SENTENCES)

function inWords(name: string, value: string | number): string {
  return name.endsWith('_bytes') ? `${(Number(value) / 1e6).toFixed(0)} MB` : String(value)
}
