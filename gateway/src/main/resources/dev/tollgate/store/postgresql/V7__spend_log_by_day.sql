-- spend_log is partitioned by day (UTC) of started_at, so that what is past its retention goes as
-- whole tables. What is there already becomes the partition of all days up to now. The partitions
-- of days, spend_log_20261130, are made by those who write.
do $$
declare
  day bigint := 86400000;
  bound bigint;
  former text;
begin
  select (greatest(coalesce(max(started_at), 0), (extract(epoch from now()) * 1000)::bigint) / day + 1)
    * day into bound from spend_log;
  former := 'spend_log_before_'
    || to_char(to_timestamp(bound / 1000) at time zone 'UTC', 'YYYYMMDD');
  alter table spend_log rename to spend_log_former;
  alter table spend_log_former rename constraint spend_log_pkey to spend_log_former_pkey;
  alter index spend_log_key rename to spend_log_former_key;
  create table spend_log (like spend_log_former including defaults)
    partition by range (started_at);
  alter table spend_log add constraint spend_log_pkey
    primary key (started_at, request_ref, journal, sequence);
  create index spend_log_key on spend_log (key_ref, started_at, user_id);
  create index spend_log_user on spend_log (user_id, started_at) where user_id is not null;
  create index spend_log_team on spend_log (team_id, started_at, user_id)
    where team_id is not null;
  create index spend_log_request on spend_log (request_ref);
  if exists (select 1 from spend_log_former) then
    execute format('alter table spend_log_former rename to %I', former);
    execute format('alter table spend_log attach partition %I for values from (minvalue) to (%s)',
      former, bound);
  else
    drop table spend_log_former;
  end if;
end
$$;
