-- What a stage's handler runs in: AGENT, INTERPRETER or INTERPRETER_PROCESS.
alter table stage add column runs_in text not null default 'AGENT';

-- What a run executes: HANDLER, DISPATCH, DISPATCH_APART or CODE.
alter table run add column kind text not null default 'HANDLER';

-- Interpreter sessions that users hold through the API. `session` is the service's id, null while it is being started.
create table sandbox (
  id text primary key not null,
  tenant text not null,
  owner text not null,
  name text not null,
  environment text not null,
  session text,
  created_at integer not null,
  expires_at integer not null
) strict;

create index sandbox_of_owner on sandbox (tenant, owner, id);
create index sandbox_expired on sandbox (expires_at);

-- What was dispatched into interpreter sessions: hashes of code and arguments, never themselves.
create table dispatch (
  seq integer primary key autoincrement,
  tenant text not null,
  run text not null,
  user text not null,
  skill text not null,
  environment text not null,
  status text not null,
  error_kind text,
  error_message text,
  duration integer not null,
  session text,
  bundle_digest text,
  template_sha256 text not null,
  args_sha256 text not null,
  created_at integer not null
) strict;

create index dispatch_of_tenant on dispatch (tenant, seq);
create index dispatch_of_run on dispatch (tenant, run, seq);
create index dispatch_by_age on dispatch (created_at);
