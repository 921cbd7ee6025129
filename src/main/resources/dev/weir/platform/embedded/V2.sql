-- Grants, secrets, what a deployment is called to a model, and why variables were stripped.

create table access_grant (
  seq integer primary key autoincrement,
  id text not null,
  tenant text not null,
  user text not null,
  allowed_skills text not null,
  created_at integer not null,
  unique (tenant, id)
) strict;

create index access_grant_by_age on access_grant (tenant, created_at, seq);
create index access_grant_by_user on access_grant (tenant, user, created_at, seq);

create table secret (
  tenant text not null,
  id text not null,
  version integer not null,
  updated_by text not null,
  created_at integer not null,
  updated_at integer not null,
  used_by text,
  used_at integer,
  primary key (tenant, id)
) strict, without rowid;

-- Only the newest value is kept. The key is named, never here.
create table secret_value (
  tenant text not null,
  id text not null,
  version integer not null,
  key_id text not null,
  sealed blob not null,
  primary key (tenant, id),
  foreign key (tenant, id) references secret (tenant, id) on delete cascade
) strict, without rowid;

alter table stage add column secret_refs text not null default '[]';
create index stage_with_secrets on stage (tenant, skill, name) where secret_refs <> '[]';
create index stage_by_name on stage (tenant, name, skill);

alter table deployment add column description text not null default '';
update deployment set description = coalesce(
  (select description from skill where skill.tenant = deployment.tenant and skill.name = deployment.skill), '');

create index run_by_user on run (tenant, invoked_by, created_at, id, stage);
update run set stripped_env =
  (select json_group_array(json_object('name', value, 'rule', 'unrecorded')) from json_each(stripped_env))
  where stripped_env <> '[]';
