// A split of a task in, what the model reads of each example under the original's names out, padded as the original pads.
import { featuresOf } from '../../engine/data/features.ts'
import { choiceFeaturesOf } from '../../engine/data/race/race-features.ts'
import { readRace } from '../../engine/data/race/read-race.ts'
import { readSplit } from '../../engine/data/read-split.ts'
import { readSquad, type SquadExample } from '../../engine/data/squad/read-squad.ts'
import { squadFeatures, type SquadFeatures } from '../../engine/data/squad/squad-features.ts'
import type {
  ExtractiveQaHyperparameters,
  MultipleChoiceHyperparameters,
} from '../../engine/spec/kind-hyperparameters.ts'
import type { SplitName, TaskKind, TaskSpec } from '../../engine/spec/task-spec.ts'
import type { Tokenizer } from '../../engine/text/tokenizer-type.ts'
import { usageFailure } from './failure.ts'
import { expectRoom } from './squad-files.ts'

export type FeatureRequest = {
  task: TaskSpec
  split: SplitName
  data_dir: string
  /** The split's file, or its folder. */
  source: string
  max_seq_length: number
  do_lower_case: boolean
  extractive_qa: ExtractiveQaHyperparameters
  multiple_choice: MultipleChoiceHyperparameters
}

type Lines = (request: FeatureRequest, tokenizer: Tokenizer) => AsyncGenerator<object>

const LINES: Record<TaskKind, Lines> = {
  classification: labelled,
  regression: labelled,
  'extractive-qa': windows,
  'multiple-choice': questions,
}

/** One object an example; of SQuAD, one a window. @throws EngineFailure that names the file and the place */
export function featureLines(request: FeatureRequest, tokenizer: Tokenizer): AsyncGenerator<object> {
  return LINES[request.task.kind](request, tokenizer)
}

async function* labelled(
  { task, split, data_dir, max_seq_length }: FeatureRequest,
  tokenizer: Tokenizer,
): AsyncGenerator<object> {
  for await (const example of readSplit(task, split, data_dir)) {
    const { guid, label_id, ...row } = featuresOf(example, task, tokenizer, max_seq_length)
    yield {
      guid,
      input_ids: padded(row.input_ids, max_seq_length),
      input_mask: padded(row.input_mask, max_seq_length),
      segment_ids: padded(row.segment_ids, max_seq_length),
      label_id,
    }
  }
}

async function* windows(
  { split, source, max_seq_length, do_lower_case, extractive_qa }: FeatureRequest,
  tokenizer: Tokenizer,
): AsyncGenerator<object> {
  const { max_query_length, doc_stride } = extractive_qa
  expectRoom({ max_seq_length, max_query_length })
  const training = split === 'train'
  const settings = { max_seq_length, max_query_length, doc_stride, do_lower_case, training }
  let made = 0
  for (const { first, together } of byContext(await readSquad(source, { training }))) {
    for (const one of squadFeatures(together, tokenizer, settings).features) {
      yield windowOf(one, { unique_id: 1_000_000_000 + made, first, training, max_seq_length }, tokenizer)
      made += 1
    }
  }
}

function windowOf(
  { input_ids, segment_ids, p_mask, context_start, ...one }: SquadFeatures,
  place: { unique_id: number; first: number; training: boolean; max_seq_length: number },
  tokenizer: Pick<Tokenizer, 'pieceOf' | 'pad'>,
): object {
  const { max_seq_length, unique_id, first, training } = place
  const ids = padded(input_ids, max_seq_length, tokenizer.pad)
  return {
    unique_id,
    example_index: training ? null : one.example_index + first,
    doc_span_index: one.doc_span_index,
    tok_start_to_orig_index: one.tok_start_to_orig_index,
    tok_end_to_orig_index: one.tok_end_to_orig_index,
    token_is_max_context: Object.fromEntries(
      one.token_is_max_context.map((is, index) => [context_start + index, is]), // by position in input_ids
    ),
    tokens: ids.map((id) => tokenizer.pieceOf(id)),
    input_ids: ids,
    input_mask: padded(new Int32Array(input_ids.length).fill(1), max_seq_length),
    segment_ids: padded(segment_ids, max_seq_length),
    paragraph_len: one.token_is_max_context.length,
    p_mask: padded(p_mask, max_seq_length, 1),
    start_position: one.start_position,
    end_position: one.end_position,
    is_impossible: one.is_impossible,
  }
}

/** Questions of one context follow each other, and it is aligned once for all of them. */
function* byContext(
  examples: readonly SquadExample[],
): Generator<{ first: number; together: SquadExample[] }> {
  for (let first = 0; first < examples.length;) {
    let end = first + 1
    while (end < examples.length && examples[end]?.context === examples[first]?.context) end += 1
    yield { first, together: examples.slice(first, end) }
    first = end
  }
}

/** The options of a question stand behind one another, as in the original's records. */
async function* questions(
  { task, source, max_seq_length, multiple_choice }: FeatureRequest,
  tokenizer: Tokenizer,
): AsyncGenerator<object> {
  const { high_only, middle_only, max_qa_length } = multiple_choice
  if (high_only && middle_only) throw usageFailure('--high_only and --middle_only together leave nothing.')
  const levels = (['middle', 'high'] as const).filter((level) =>
    level === 'middle' ? !high_only : !middle_only,
  )
  for await (const example of readRace(source, { levels, choices: task.labels?.length ?? 0 })) {
    const { example_id, choices, label_id } = choiceFeaturesOf(example, tokenizer, {
      max_seq_length,
      max_qa_length,
    })
    yield {
      example_id,
      input_ids: choices.flatMap((each) => padded(each.input_ids, max_seq_length)),
      input_mask: choices.flatMap((each) =>
        padded(new Int32Array(each.input_ids.length).fill(1), max_seq_length),
      ),
      segment_ids: choices.flatMap((each) => padded(each.segment_ids, max_seq_length)),
      label_id,
    }
  }
}

function padded(row: Int32Array, length: number, filling = 0): number[] {
  return [...row, ...Array<number>(Math.max(0, length - row.length)).fill(filling)]
}
