-- What calls really use, by model at a deployment and operation: how often they had which size, as
-- "size:count" of buckets. Each row is what one node has learned, its start included.
create table estimate (
  deployment text not null,
  model text not null,
  operation text not null,
  output_sizes text not null,
  input_ratios text not null,
  calls bigint not null,
  learned_at bigint not null,
  primary key (deployment, model, operation)
);
