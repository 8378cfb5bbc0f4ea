// The recipes of the learning benchmarks; the peer is handed the same ones.

/** By the name of the data. Steps of 32 from fresh weights; the head drops 0.1, the encoder nothing. */
export const LEARNING: Record<
  string,
  {
    seq_length: number
    train_step: number
    warmup_step: number
    learning_rate: number
    train_batch_size: number
  }
> = {
  era: { seq_length: 64, train_step: 300, warmup_step: 30, learning_rate: 5e-4, train_batch_size: 32 },
  order: { seq_length: 96, train_step: 900, warmup_step: 90, learning_rate: 5e-4, train_batch_size: 32 },
}
