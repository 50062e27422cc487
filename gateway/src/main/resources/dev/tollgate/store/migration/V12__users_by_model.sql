-- What a user spent by model is a row of its own, as it is for teams ('model_per_team'): a report over
-- all users reads it, and need not add up each user's keys.
insert into spend_daily (kind, id, day, api_key, model, model_group, provider, spend_nanos,
  prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, requests, successes)
select 'model_per_user', id, day, '', model, model_group, provider, sum(spend_nanos),
  sum(prompt_tokens), sum(completion_tokens), sum(cached_tokens), sum(cache_write_tokens),
  sum(requests), sum(successes)
from spend_daily where kind = 'user' group by id, day, model, model_group, provider;
