-- Deleted keys as they were, so that they can be listed. Those that were deleted before have no more
-- than what was noted of them. replaced: the key only got another secret.
alter table deleted_virtual_key add column team_id text;
alter table deleted_virtual_key add column models text not null default '[]';
alter table deleted_virtual_key add column aliases text not null default '{}';
alter table deleted_virtual_key add column allowed_routes text not null default '[]';
alter table deleted_virtual_key add column max_budget_nanos bigint;
alter table deleted_virtual_key add column budget_duration text;
alter table deleted_virtual_key add column budget_reset_at bigint;
alter table deleted_virtual_key add column rpm_limit bigint;
alter table deleted_virtual_key add column tpm_limit bigint;
alter table deleted_virtual_key add column max_parallel_requests bigint;
alter table deleted_virtual_key add column expires bigint;
alter table deleted_virtual_key add column blocked boolean;
alter table deleted_virtual_key add column key_type text;
alter table deleted_virtual_key add column estimated_output_tokens bigint;
alter table deleted_virtual_key add column budget_strict boolean not null default false;
alter table deleted_virtual_key add column metadata text not null default '{}';
alter table deleted_virtual_key add column extras text not null default '{}';
alter table deleted_virtual_key add column created_by text not null default '';
alter table deleted_virtual_key add column updated_at bigint not null default 0;
alter table deleted_virtual_key add column updated_by text not null default '';
alter table deleted_virtual_key add column settings_updated_at bigint;
alter table deleted_virtual_key add column replaced boolean not null default false;

create index deleted_virtual_key_at on deleted_virtual_key (deleted_at);

-- The same of teams.
create table deleted_team (
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
  deleted_at bigint not null,
  deleted_by text not null,
  primary key (id, version)
);

create index deleted_team_at on deleted_team (deleted_at);
