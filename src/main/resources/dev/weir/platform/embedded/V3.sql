-- Stages that run by themselves, tell somebody, or have limits of their own; each a JSON text.
alter table stage add column timing text;
alter table stage add column webhook text;
alter table stage add column limits text not null default '{}';
create index stage_scheduled on stage (tenant, skill, name) where json_extract(timing, '$.enabled');

-- What tenants have used of their limits, and what running things hold of them.

create table quota_counter (
  tenant text not null,
  scope text not null,
  dimension text not null,
  period text not null,
  used integer not null check (used >= 0),
  kept_until integer not null,
  primary key (tenant, scope, dimension, period)
) strict, without rowid;

create index quota_counter_by_age on quota_counter (kept_until);

create table quota_hold (
  id text primary key not null,
  tenant text not null,
  fence integer not null,
  state text not null check (state in ('HELD', 'LAPSED', 'ENDED')),
  reserved_at integer not null,
  until integer not null
) strict, without rowid;

create index quota_hold_by_tenant on quota_hold (tenant, until) where state = 'HELD';
create index quota_hold_by_end on quota_hold (state, until);

-- What a hold reserved, and how much of that its counter counts now.

create table quota_draw (
  hold text not null references quota_hold (id) on delete cascade,
  scope text not null,
  dimension text not null,
  period text not null,
  amount integer not null check (amount > 0),
  counted integer not null,
  primary key (hold, scope, dimension)
) strict, without rowid;

-- Where webhooks go, how each place fares, what is on its way there and what became of every try.
create table webhook_endpoint (
  id integer primary key autoincrement,
  tenant text not null,
  skill text not null,
  stage text not null,
  url text not null,
  failures integer not null default 0,
  failing_since integer,
  open_until integer not null default 0,
  disabled text,
  turn integer not null default 0, -- when it was last served: the lowest is next
  next_due integer, -- when to look at it; null: nothing waits there, or it is disabled
  ready integer not null default 0, -- that time has come, and it stands in its tenant's line
  unique (tenant, skill, stage, url)
) strict;

create index webhook_endpoint_due on webhook_endpoint (next_due) where next_due is not null and ready = 0;
create index webhook_endpoint_line on webhook_endpoint (tenant, turn, id) where ready = 1;

-- Tenants take turns before their endpoints do.
create table webhook_turn (
  tenant text primary key not null,
  turn integer not null default 0,
  ready integer not null default 0
) strict, without rowid;

create index webhook_turn_line on webhook_turn (turn, tenant) where ready = 1;
create index webhook_turn_last on webhook_turn (turn);

-- A receipt means that it is being tried; "asked": somebody wants it tried although the circuit is open.
create table delivery (
  seq integer primary key autoincrement,
  id text not null unique,
  tenant text not null,
  endpoint integer not null references webhook_endpoint (id) on delete cascade,
  run_id text,
  type text not null,
  secret text not null,
  body blob not null,
  state text not null,
  tries integer not null,
  next_at integer not null,
  created_at integer not null,
  note text,
  asked integer not null default 0,
  receipt text,
  leased_until integer not null default 0
) strict;

create index delivery_of_endpoint on delivery (endpoint, state);
create index delivery_due on delivery (endpoint, next_at, seq) where state = 'PENDING' and receipt is null;
create index delivery_asked on delivery (endpoint, next_at, seq)
  where state = 'PENDING' and receipt is null and asked = 1;
-- Not a constraint of the column: SQLite would look up "receipt is null" in that, which is nearly every row.
create unique index delivery_by_receipt on delivery (receipt) where receipt is not null;
create index delivery_under_way on delivery (tenant, endpoint) where receipt is not null;
create index delivery_lapsing on delivery (leased_until) where receipt is not null;
create index delivery_by_run on delivery (run_id, seq);
create index delivery_done on delivery (created_at) where state <> 'PENDING';

create table delivery_attempt (
  delivery integer not null references delivery (seq) on delete cascade,
  n integer not null,
  at integer not null,
  took integer not null,
  outcome text not null,
  primary key (delivery, n)
) strict, without rowid;

-- The queue: whose a message is and in which line it stands, whose turn it is, and what was received too often.
alter table queue_message add column tenant text not null default '';
alter table queue_message add column line text not null default 'SHORT';
update queue_message set tenant = coalesce((select tenant from run where run.id = queue_message.run_id), '');
create index queue_message_by_tenant on queue_message (tenant, line, seq);

-- Whose turn it is in each line, of those who have messages there; kept by the messages' coming and going.
create table queue_turn (
  line text not null,
  tenant text not null,
  turn integer not null,
  messages integer not null,
  primary key (tenant, line)
) strict, without rowid;

create index queue_turn_in_order on queue_turn (line, turn, tenant);
insert into queue_turn (line, tenant, turn, messages)
  select line, tenant, 0, count(*) from queue_message group by line, tenant;

-- Who comes after a time takes the next turn, not all those that it did not need.
create trigger queue_message_joins after insert on queue_message begin
  insert into queue_turn (line, tenant, turn, messages) values (new.line, new.tenant,
    coalesce((select min(turn) from queue_turn where line = new.line), 0), 1)
    on conflict (tenant, line) do update set messages = messages + 1;
end;
create trigger queue_message_leaves after delete on queue_message begin
  update queue_turn set messages = messages - 1 where tenant = old.tenant and line = old.line;
  delete from queue_turn where tenant = old.tenant and line = old.line and messages = 0;
end;

create table dead_letter (
  seq integer primary key autoincrement,
  run_id text not null unique,
  tenant text not null,
  line text not null,
  receives integer not null,
  reason text not null,
  at integer not null,
  told integer not null default 0
) strict;

create index dead_letter_untold on dead_letter (seq) where told = 0;

-- When stages run by themselves, and how that goes.
create table schedule (
  tenant text not null,
  skill text not null,
  stage text not null,
  cron text not null,
  zone text not null,
  input text not null,
  overlap integer not null,
  revision integer not null,
  last_at integer not null,
  next_at integer not null,
  runs text not null,
  failures integer not null,
  paused text,
  note text,
  firing_at integer,
  primary key (tenant, skill, stage)
) strict, without rowid;

create index schedule_due on schedule (next_at, tenant, skill, stage) where paused is null;

-- Where a run waits, and whether something still follows from its end; those that ended before owe nothing.
alter table run add column bound_at integer;
alter table run add column line text not null default 'SHORT';
alter table run add column unsettled integer not null default 0;
create index run_unsettled on run (id) where unsettled = 1;

-- What waits, in an order that whoever looks at it can go on in; and whose keys are let go of when a run ends as good as never made.
drop index run_queued;
create index run_queued on run (id, created_at) where status = 'queued';
drop index run_running;
create index run_running on run (id, lease_until) where status = 'running';
create index idempotency_key_by_run on idempotency_key (run_id);
