-- Gateways that share this database, by the ids of their journals; moments are milliseconds since
-- 1970 (UTC) on the node's clock.
create table node (
  id bigint not null primary key,
  seen_at bigint not null
);

-- Who may still spend how much of what is left of a budget, in nano-dollars; less than 0 if it was
-- overspent. A row changes only under the lock of the scope's row in spend_balance. whole: the node
-- was told that it has all that is left.
create table budget_lease (
  kind text not null,
  id text not null,
  node bigint not null,
  outstanding_nanos bigint not null,
  whole boolean not null,
  primary key (kind, id, node)
);

create index budget_lease_node on budget_lease (node);

-- End of the window that was begun last: charges of an earlier one change nothing any more, and a
-- second node that begins the same window does not begin it anew.
alter table spend_balance add column rolled_to bigint;
