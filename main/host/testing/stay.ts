// Where a stand-in engine that `stays` waits, and for what: its process and the tests that look at it agree on both.

/** The step; checkpoints of every fifth and every tenth step lie behind it. */
export const STAYS_AT = 13

/** A file of this name in the run's folder lets it go on; being told to stop does so too. */
export const GO_ON = 'go-on'
