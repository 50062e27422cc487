-- Everything but keys that has models, money or rates of its own: organisations, teams, users,
-- members, customers, budgets, tags, access groups. Money is in nano-dollars, moments are
-- milliseconds since 1970 (UTC), JSON is text.
create table tenant (
  kind text not null,
  id text not null,
  version bigint not null,
  alias text,
  parent_id text,
  member_id text,
  budget_id text,
  role text,
  models text not null,
  blocked boolean not null,
  max_budget_nanos bigint,
  budget_duration text,
  budget_reset_at bigint,
  rpm_limit bigint,
  tpm_limit bigint,
  max_parallel_requests bigint,
  metadata text not null,
  extras text not null,
  created_at bigint not null,
  created_by text not null,
  updated_at bigint not null,
  updated_by text not null,
  primary key (kind, id)
);
