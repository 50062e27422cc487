-- Virtual keys. Money is in nano-dollars, moments are milliseconds since 1970 (UTC), JSON is text:
-- so that the same statements run on SQLite and PostgreSQL.
create table virtual_key (
  hash text not null primary key,
  name text not null,
  version bigint not null,
  key_alias text unique,
  user_id text,
  team_id text,
  models text not null,
  aliases text not null,
  allowed_routes text not null,
  max_budget_nanos bigint,
  budget_duration text,
  budget_reset_at bigint,
  rpm_limit bigint,
  tpm_limit bigint,
  max_parallel_requests bigint,
  expires bigint,
  blocked boolean,
  key_type text,
  estimated_output_tokens bigint,
  budget_strict boolean not null,
  metadata text not null,
  extras text not null,
  created_at bigint not null,
  created_by text not null,
  updated_at bigint not null,
  updated_by text not null,
  settings_updated_at bigint
);

-- What spend rows of deleted keys can be traced to.
create table deleted_virtual_key (
  hash text not null,
  version bigint not null,
  name text not null,
  key_alias text,
  user_id text,
  created_at bigint not null,
  deleted_at bigint not null,
  deleted_by text not null,
  primary key (hash, version)
);
