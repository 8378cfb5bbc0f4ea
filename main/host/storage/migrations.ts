// Every change of the database's tables, in order. The number of a migration is its place in the list, counted from 1.

/** Applied once each; a released one is never edited: a change is a new entry. */
export const migrations: readonly string[] = [
  // Records are kept whole, as JSON; what is searched or sorted by is generated from them.
  `
  CREATE TABLE counter (value INTEGER NOT NULL) STRICT;
  INSERT INTO counter VALUES (0);

  CREATE TABLE jobs (
    id TEXT PRIMARY KEY NOT NULL,
    record TEXT NOT NULL,
    request TEXT NOT NULL,
    status TEXT NOT NULL GENERATED ALWAYS AS (json_extract(record, '$.status')) STORED,
    position REAL NOT NULL GENERATED ALWAYS AS (json_extract(record, '$.position')) STORED,
    dataset_id TEXT GENERATED ALWAYS AS (json_extract(record, '$.dataset_id')) STORED,
    owner TEXT,
    seen_at INTEGER NOT NULL DEFAULT 0,
    engine TEXT,
    executions INTEGER NOT NULL DEFAULT 0,
    reset_after INTEGER,
    revision INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX jobs_by_status ON jobs (status, position);
  CREATE INDEX jobs_by_revision ON jobs (revision);

  CREATE TABLE points (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    loss REAL NOT NULL,
    learning_rate REAL NOT NULL,
    grad_norm REAL NOT NULL,
    examples_per_second REAL NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (job_id, step)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE evaluations (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    split TEXT NOT NULL,
    evaluation TEXT NOT NULL,
    PRIMARY KEY (job_id, step, split)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE datasets (
    id TEXT PRIMARY KEY NOT NULL,
    record TEXT NOT NULL,
    revision INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  `,
  // Downloads outlive the program; the hash of a file that nobody published one for is remembered from its first use.
  `
  CREATE TABLE downloads (
    id TEXT PRIMARY KEY NOT NULL,
    record TEXT NOT NULL,
    files TEXT NOT NULL,
    owner TEXT,
    seen_at INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL,
    revision INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX downloads_by_revision ON downloads (revision);

  CREATE TABLE known_hashes (
    url TEXT PRIMARY KEY NOT NULL,
    sha256 TEXT NOT NULL
  ) STRICT;
  `,
  // Imported models, and those that a person made: what a run starts from, and what was found in their files.
  `
  CREATE TABLE models (
    id TEXT PRIMARY KEY NOT NULL,
    record TEXT NOT NULL,
    files TEXT NOT NULL,
    report TEXT,
    revision INTEGER NOT NULL
  ) STRICT;
  `,
  // The scale of the loss stands beside what else an update in fp16 measured.
  `
  ALTER TABLE points ADD COLUMN loss_scale REAL;
  `,
]
