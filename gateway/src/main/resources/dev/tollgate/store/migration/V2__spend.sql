-- One row a call, in the order in which calls ended. Money is in nano-dollars, moments are
-- milliseconds since 1970 (UTC). A row is known by its place in the journal of the node that
-- wrote it: ids that clients or providers choose may come twice.
create table spend_log (
  journal bigint not null,
  sequence bigint not null,
  request_id text not null,
  call_id text,
  call_type text not null,
  api_key text not null,
  spend_nanos bigint not null,
  prompt_tokens bigint not null,
  completion_tokens bigint not null,
  cached_tokens bigint,
  cache_write_tokens bigint,
  reasoning_tokens bigint,
  started_at bigint not null,
  ended_at bigint not null,
  first_event_at bigint,
  model text,
  model_id text,
  model_group text,
  provider text,
  api_base text,
  user_id text,
  end_user text,
  http_status integer not null,
  failure_type text,
  tags text,
  client_address text,
  session_id text,
  flags integer not null,
  attempts integer not null,
  fallbacks integer not null,
  key_ref bigint not null,
  request_ref bigint not null,
  primary key (started_at, request_ref, journal, sequence)
);

-- Each index costs every call, so there are two, narrow, and they grow at their ends, or at the end
-- of a key's part. A text is found by a number made from it, and compared itself: request_ref is
-- found by reading the primary key through, which is short work at 30 bytes a row, while an index
-- ordered by random ids would dirty a page for each row.
create index spend_log_key on spend_log (key_ref, started_at);

-- What each scope has spent in its running window.
create table spend_balance (
  kind text not null,
  id text not null,
  settled_nanos bigint not null,
  window_duration text,
  window_end bigint,
  primary key (kind, id)
);

-- How far each node's journal has been written; moves in the same transaction as the rows.
create table spend_checkpoint (
  journal bigint not null primary key,
  next_sequence bigint not null
);
