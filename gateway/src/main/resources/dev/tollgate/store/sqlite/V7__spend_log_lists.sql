-- Lists of a user's and a team's calls. Calls of nobody's cost nothing here.
create index spend_log_user on spend_log (user_id, started_at) where user_id is not null;
create index spend_log_team on spend_log (team_id, started_at, user_id) where team_id is not null;

-- A list may name a user besides.
drop index spend_log_key;
create index spend_log_key on spend_log (key_ref, started_at, user_id);

-- Where a request is. Ordered by random ids alone, an index would dirty a page for each row; in
-- runs of 32,768 records it is one run's few pages, and a request is looked for in each run.
create index spend_log_request on spend_log (sequence / 32768, request_ref);
