-- Endpoints of the operator's that were made through the API. What they are is sealed: the headers
-- hold credentials.
create table pass_through_endpoint (
  id text not null primary key,
  path text not null unique,
  sealed text not null
);
