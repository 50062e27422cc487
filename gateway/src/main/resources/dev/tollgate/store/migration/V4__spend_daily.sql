-- Sums of each day (UTC), written in the transaction of the calls that they sum up, so that reports
-- read these and not the calls. kind and id say whose: 'proxy' with an empty id has all calls.
create table spend_daily (
  kind text not null,
  id text not null,
  day integer not null,
  api_key text not null,
  model text not null,
  model_group text not null,
  provider text not null,
  spend_nanos bigint not null,
  prompt_tokens bigint not null,
  completion_tokens bigint not null,
  cached_tokens bigint not null,
  cache_write_tokens bigint not null,
  requests bigint not null,
  successes bigint not null,
  primary key (kind, id, day, api_key, model, model_group, provider)
);

-- For reports over everybody of a kind.
create index spend_daily_day on spend_daily (kind, day);

alter table spend_log add column team_id text;
alter table spend_log add column organization_id text;
