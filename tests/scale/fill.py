"""Fills a gateway's database with calls, their sums, and keys, in SQL that SQLite and PostgreSQL both take."""
import datetime
import hashlib
import os
import sqlite3
import subprocess
from pathlib import Path

DAYS = 90
DAY_MS = 86_400_000
TEAMS, USERS, ORGANIZATIONS, CUSTOMERS, TAGS, MODELS = 100, 500, 10, 2_000, 20, 5
MARKED = 1_000_000  # so many calls apart there is one that can be asked for by its id

SUMS = "spend_nanos, prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, requests, successes"
SUMMED = ", ".join("sum(%s)" % name for name in SUMS.split(", "))


def reference(text):
    """FNV-1a, as the gateway makes it, as a signed number."""
    value = 0xCBF29CE484222325
    for letter in text:
        value = (value ^ ord(letter)) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value - (1 << 64) if value >> 63 else value


class Sqlite:
    def __init__(self, file):
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.run("pragma synchronous = off; pragma cache_size = -400000; pragma temp_store = file;")

    def run(self, script):
        self.connection.executescript(script)

    hash = "lower(hex(randomblob(32)))"

    def numbers(self, count):
        return "(with recursive n(i) as (select 0 union all select i + 1 from n where i < %d) select i from n) as n" % (count - 1)

    def cover(self, days):
        pass

    def close(self):
        self.run("pragma wal_checkpoint(truncate);")
        self.connection.close()


class Postgres:
    def __init__(self, url):
        self.url = url

    @classmethod
    def fresh(cls, url):
        """The address of a new database beside one."""
        cls(url).run("create database scale;")
        return url.rsplit("/", 1)[0] + "/scale"

    @staticmethod
    def psql():
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"))
        return str(found[-1]) if found else "psql"

    def run(self, script):
        subprocess.run([self.psql(), self.url, "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"], input=script, text=True, check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "PGOPTIONS": "-c work_mem=256MB -c synchronous_commit=off"})

    hash = "md5(cast(n.i as text)) || md5(cast(-n.i as text))"

    def numbers(self, count):
        return "generate_series(cast(0 as bigint), %d) as n(i)" % (count - 1)

    def cover(self, days):
        """A partition for each day, as the gateway makes them."""
        for day in days:
            name = "spend_log_" + (datetime.date(1970, 1, 1) + datetime.timedelta(day)).strftime("%Y%m%d")
            self.run("create table if not exists %s partition of spend_log for values from (%d) to (%d);" % (name, day * DAY_MS, (day + 1) * DAY_MS))

    def close(self):
        self.run("vacuum analyze;")


class Data:
    """So many calls of so many keys, spread over the last days."""

    def __init__(self, rows, keys):
        self.rows, self.keys = rows, keys
        self.now = int(datetime.datetime.now(datetime.timezone.utc).timestamp() * 1000)
        self.last_day = self.now // DAY_MS
        self.first = (self.last_day - DAYS + 1) * DAY_MS
        self.today = self.day(0)
        self.secret = "sk-scale-user-0123456789"
        # The first keys have hashes that are known here, since calls name them.
        self.known = min(keys, 1_000)
        self.hashes = [hashlib.sha256(b"%d" % i).hexdigest() for i in range(self.known)]
        self.hashes[0] = hashlib.sha256(self.secret.encode()).hexdigest()
        self.requests = ["chatcmpl-%d" % i for i in range(0, rows, MARKED)]

    def day(self, offset):
        return (datetime.date(1970, 1, 1) + datetime.timedelta(self.last_day + offset)).isoformat()

    def into(self, database):
        self._keys(database)
        self._tenants(database)
        if self.rows:
            database.cover(range(self.last_day - DAYS + 1, self.last_day + 2))
            self._calls(database)
            self._sums(database)
        database.close()

    def _keys(self, database):
        database.run("create table scale_key (i bigint primary key, hash text not null, ref bigint not null);")
        values = ["(%d, '%s', %d)" % (i, each, reference(each)) for i, each in enumerate(self.hashes)]
        database.run("insert into scale_key values %s;" % ", ".join(values))
        database.run("""
            insert into virtual_key (hash, name, version, key_alias, user_id, team_id, models, aliases, allowed_routes, max_budget_nanos,
              budget_duration, rpm_limit, key_type, budget_strict, metadata, extras, created_at, created_by, updated_at, updated_by)
            select coalesce(k.hash, %s), 'sk-...' || (1000 + n.i %% 9000), (1 + n.i %% 1000000) * 4294967296, 'key-' || n.i,
              'user-' || (n.i %% %d), 'team-' || (n.i %% %d), case n.i %% 3 when 0 then '[]' else '["gpt-4o-mini","claude-sonnet"]' end,
              '{}', '[]', 100000000000, '30d', 1000, 'default', %s, '{"owner":"someone@example.com"}', '{}', %d + n.i * 1000,
              'default_user_id', %d + n.i * 1000, 'default_user_id'
            from %s left join scale_key k on k.i = n.i;
            """ % (database.hash, USERS if self.rows else 5_000, TEAMS, "false", self.first - 10 ** 9, self.first - 10 ** 9, database.numbers(self.keys)))

    def _tenants(self, database):
        def tenants(kind, prefix, count, parent="null", role="null"):
            database.run("""
                insert into tenant (kind, id, version, alias, parent_id, role, models, blocked, metadata, extras, created_at, created_by,
                  updated_at, updated_by)
                select '%s', '%s' || n.i, (1 + n.i) * 4294967296, '%s ' || n.i, %s, %s, '[]', false, '{}', '{}', %d + n.i, 'x', %d, 'x' from %s;
                """ % (kind, prefix, prefix, parent, role, self.first, self.first, database.numbers(count)))
        tenants("organization", "org-", ORGANIZATIONS)
        tenants("team", "team-", TEAMS, parent="'org-' || (n.i %% %d)" % ORGANIZATIONS)
        tenants("user", "user-", USERS, role="'internal_user'")
        tenants("customer", "customer-", CUSTOMERS)
        tenants("tag", "tag-", TAGS)

    def _calls(self, database):
        step = (self.now - self.first) // self.rows
        database.run("""
            insert into spend_log (journal, sequence, request_id, call_type, api_key, spend_nanos, prompt_tokens, completion_tokens,
              started_at, ended_at, model, model_id, model_group, provider, api_base, user_id, end_user, http_status, tags,
              client_address, flags, attempts, fallbacks, key_ref, request_ref, team_id, organization_id)
            select 7, %d * 1048576 + n.i, 'chatcmpl-' || n.i, 'acompletion', k.hash, 1000 + n.i %% 977, 100 + n.i %% 50, 20 + n.i %% 9,
              %d + n.i * %d, %d + n.i * %d + 900, 'model-' || m, 'deployment-' || m, 'group-' || m, 'provider-' || (m %% 3),
              'https://api.example.com/v1', 'user-' || (k.i %% %d), 'customer-' || (n.i * 31 %% %d), 200, '["tag-' || (n.i / 7 %% %d) || '"]',
              '192.0.2.7', case n.i %% 50 when 0 then 2 else 3 end, 1, 0, k.ref, n.i * 2654435761 %% 4294967296 * 1073741824 + n.i,
              'team-' || (k.i %% %d), 'org-' || (k.i %% %d)
            from (select i, i / 1009 %% %d as m from %s) n join scale_key k on k.i = n.i * 7919 %% %d;
            """ % (self.first, self.first, step, self.first, step, USERS, CUSTOMERS, TAGS, TEAMS, ORGANIZATIONS, MODELS,
                   database.numbers(self.rows), self.known))
        for request in self.requests:
            number = int(request.rsplit("-", 1)[1])
            database.run("update spend_log set request_ref = %d where started_at = %d and request_id = '%s';" % (
                reference(request), self.first + number * step, request))

    def _sums(self, database):
        measures = ("sum(spend_nanos), sum(prompt_tokens), sum(completion_tokens), 0, 0, count(*), sum(case flags when 3 then 1 else 0 end)")
        database.run("""
            create table scale_sum as select started_at / %d as day, api_key, user_id, team_id, organization_id, model, model_group, provider,
              sum(spend_nanos) as spend_nanos, sum(prompt_tokens) as prompt_tokens, sum(completion_tokens) as completion_tokens,
              0 as cached_tokens, 0 as cache_write_tokens, count(*) as requests, sum(case flags when 3 then 1 else 0 end) as successes
            from spend_log group by 1, 2, 3, 4, 5, 6, 7, 8;
            """ % DAY_MS)
        head = "insert into spend_daily (kind, id, day, api_key, model, model_group, provider, %s) " % SUMS
        for kind, column, key in (("api_key", "api_key", "''"), ("user", "user_id", "api_key"), ("team", "team_id", "api_key"),
                                  ("organization", "organization_id", "api_key"), ("model_per_team", "team_id", "''"), ("model_per_user", "user_id", "''"), ("proxy", "''", "''")):
            groups = ", ".join(dict.fromkeys(c for c in (column, "day", key, "model", "model_group", "provider") if c != "''"))
            database.run(head + "select '%s', %s, day, %s, model, model_group, provider, %s from scale_sum group by %s;" % (
                kind, column, key, SUMMED, groups))
        for kind, column in (("end_user", "end_user"), ("tag", "substr(tags, 3, length(tags) - 4)")):
            database.run(head + "select '%s', %s, started_at / %d, api_key, model, model_group, provider, %s from spend_log group by 2, 3, 4, 5, 6, 7;" % (
                kind, column, DAY_MS, measures))
        database.run("insert into spend_daily_total (kind, id, day, %s) select kind, id, day, %s from spend_daily where kind not in ('model_per_team', 'model_per_user') group by kind, id, day;" % (SUMS, SUMMED))
        database.run("""
            insert into spend_balance (kind, id, settled_nanos) select kind, id, sum(spend_nanos) from spend_daily_total group by kind, id;
            drop table scale_sum; drop table scale_key;
            """)
