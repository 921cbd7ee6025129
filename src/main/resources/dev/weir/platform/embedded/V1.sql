-- Times are microseconds since 1970, durations microseconds; lists and maps are JSON text.

create table run (
  id text primary key not null,
  tenant text not null,
  skill text not null,
  stage text not null,
  version text not null,
  source text not null,
  invoked_by text not null,
  input text not null,
  timeout integer not null,
  max_attempts integer not null,
  created_at integer not null,
  status text not null,
  attempt integer not null default 0,
  fence integer not null default 0,
  lease_until integer not null default 0,
  micro_vm text,
  cancelled_by text,
  started_at integer,
  stripped_env text not null default '[]',
  output text,
  error_kind text,
  error_message text,
  last_event text,
  finished_at integer,
  billable integer
) strict;

-- Listings, newest first; the trailing columns let a filter be decided from the index alone.
create index run_by_tenant on run (tenant, created_at, id, stage);
create index run_by_skill on run (tenant, skill, created_at, id, stage);
create index run_by_status on run (tenant, status, created_at, id);
-- What waits for an executing side; both stay as small as the work in hand.
create index run_queued on run (created_at, id) where status = 'queued';
create index run_running on run (lease_until, id) where status = 'running';

create table idempotency_key (
  tenant text not null,
  key text not null,
  request_hash text not null,
  run_id text not null,
  created_at integer not null,
  primary key (tenant, key)
) strict, without rowid;

create index idempotency_key_by_age on idempotency_key (created_at);

create table run_event (
  run_id text not null,
  attempt integer not null,
  n integer not null,
  type text not null,
  data blob not null,
  primary key (run_id, attempt, n)
) strict, without rowid;

create table queue_message (
  seq integer primary key autoincrement,
  run_id text not null unique,
  visible_at integer not null default 0,
  receipt text unique,
  receives integer not null default 0
) strict;

-- Counted as it changes, so that the bound costs no scan.
create table queue_size (messages integer not null) strict;
insert into queue_size values (0);
create trigger queue_message_in after insert on queue_message begin
  update queue_size set messages = messages + 1;
end;
create trigger queue_message_out after delete on queue_message begin
  update queue_size set messages = messages - 1;
end;

create table skill (
  tenant text not null,
  name text not null,
  description text not null,
  input_schema text,
  output_schema text,
  created_at integer not null,
  updated_at integer not null,
  primary key (tenant, name)
) strict;

create table stage (
  tenant text not null,
  skill text not null,
  name text not null,
  size text not null,
  timeout integer not null,
  env text not null,
  max_attempts integer not null,
  active_version text,
  created_at integer not null,
  updated_at integer not null,
  primary key (tenant, skill, name),
  foreign key (tenant, skill) references skill (tenant, name) on delete cascade
) strict;

-- An upload's id is unique over all tenants: it also names the bytes in the package store.
create table upload (
  id text primary key not null,
  tenant text not null,
  skill text not null,
  stage text not null,
  status text not null,
  digest text,
  findings text not null,
  created_at integer not null,
  expires_at integer not null,
  foreign key (tenant, skill, stage) references stage (tenant, skill, name) on delete cascade
) strict;

create index upload_by_stage on upload (tenant, skill, stage, status);
create index upload_validating on upload (created_at, id) where status = 'VALIDATING';

create table deployment (
  seq integer primary key autoincrement,
  tenant text not null,
  skill text not null,
  stage text not null,
  version text not null,
  upload_id text not null,
  digest text not null,
  handler text not null,
  input_schema text,
  output_schema text,
  created_by text not null,
  created_at integer not null,
  unique (tenant, skill, stage, version),
  foreign key (tenant, skill, stage) references stage (tenant, skill, name) on delete cascade
) strict;

create index deployment_by_age on deployment (tenant, skill, stage, created_at, seq);

create table api_key (
  seq integer primary key autoincrement,
  hash text not null unique,
  id text not null,
  tenant text not null,
  user text not null,
  role text not null,
  created_at integer not null,
  unique (tenant, id)
) strict;

create index api_key_by_age on api_key (tenant, created_at, seq);
