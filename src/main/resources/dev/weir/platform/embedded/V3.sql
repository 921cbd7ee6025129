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
  until integer not null
) strict, without rowid;

create index quota_hold_by_tenant on quota_hold (tenant, until);
create index quota_hold_by_end on quota_hold (until);

create table quota_draw (
  hold text not null references quota_hold (id) on delete cascade,
  scope text not null,
  dimension text not null,
  period text not null,
  amount integer not null check (amount > 0),
  primary key (hold, scope, dimension)
) strict, without rowid;
