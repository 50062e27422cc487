-- PostgreSQL finds a request by its index alone; the version is kept with SQLite's.
select 1;
