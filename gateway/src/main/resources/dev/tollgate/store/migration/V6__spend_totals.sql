-- Sums of days lie by day, so that a report over everybody reads one run of rows. Who has a sum of
-- one kind by key reads it beside the others: the key's own kind has what 'proxy' had by key, and
-- 'proxy' has a row for each model alone, as 'model_per_team' has for teams.
create table spend_daily_new (
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
  primary key (kind, day, id, api_key, model, model_group, provider)
)${clustered};

insert into spend_daily_new (kind, id, day, api_key, model, model_group, provider, spend_nanos,
  prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, requests, successes)
select kind, id, day, api_key, model, model_group, provider, spend_nanos, prompt_tokens,
  completion_tokens, cached_tokens, cache_write_tokens, requests, successes
from spend_daily where kind <> 'proxy'
union all
select 'api_key', api_key, day, '', model, model_group, provider, spend_nanos, prompt_tokens,
  completion_tokens, cached_tokens, cache_write_tokens, requests, successes
from spend_daily where kind = 'proxy'
union all
select 'proxy', '', day, '', model, model_group, provider, sum(spend_nanos), sum(prompt_tokens),
  sum(completion_tokens), sum(cached_tokens), sum(cache_write_tokens), sum(requests),
  sum(successes)
from spend_daily where kind = 'proxy' group by day, model, model_group, provider
union all
select 'model_per_team', id, day, '', model, model_group, provider, sum(spend_nanos),
  sum(prompt_tokens), sum(completion_tokens), sum(cached_tokens), sum(cache_write_tokens),
  sum(requests), sum(successes)
from spend_daily where kind = 'team' group by id, day, model, model_group, provider;

drop table spend_daily;
alter table spend_daily_new rename to spend_daily;

-- For reports about one of a kind.
create index spend_daily_id on spend_daily (kind, id, day);

-- The same by day alone: what most reports ask for has so a row for each day and no more.
create table spend_daily_total (
  kind text not null,
  id text not null,
  day integer not null,
  spend_nanos bigint not null,
  prompt_tokens bigint not null,
  completion_tokens bigint not null,
  cached_tokens bigint not null,
  cache_write_tokens bigint not null,
  requests bigint not null,
  successes bigint not null,
  primary key (kind, day, id)
)${clustered};

insert into spend_daily_total (kind, id, day, spend_nanos, prompt_tokens, completion_tokens,
  cached_tokens, cache_write_tokens, requests, successes)
select kind, id, day, sum(spend_nanos), sum(prompt_tokens), sum(completion_tokens),
  sum(cached_tokens), sum(cache_write_tokens), sum(requests), sum(successes)
from spend_daily where kind <> 'model_per_team' group by kind, id, day;

create index spend_daily_total_id on spend_daily_total (kind, id, day);
