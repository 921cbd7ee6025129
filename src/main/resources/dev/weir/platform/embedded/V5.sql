-- What a stage's handler runs in: AGENT or INTERPRETER.
alter table stage add column runs_in text not null default 'AGENT';

-- What a run executes: HANDLER, DISPATCH or CODE.
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
