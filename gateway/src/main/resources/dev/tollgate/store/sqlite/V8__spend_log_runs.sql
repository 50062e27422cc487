-- A run's pages are all dirtied by each batch of calls, so shorter runs cost each call less. A
-- request is then looked for in more of them: ten million calls have 5,000.
drop index spend_log_request;
create index spend_log_request on spend_log (sequence / 2048, request_ref);
