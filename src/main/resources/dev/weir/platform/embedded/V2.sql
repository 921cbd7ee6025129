-- Grants, secrets, what a deployment is called to a model, why variables were stripped, and how uploads are judged.

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

alter table upload add column declared_size integer;
alter table upload add column declared_sha256 text;
alter table upload add column package_digest text;
alter table upload add column metadata text;
alter table upload add column attempts integer not null default 0;
alter table upload add column lease_until integer not null default 0;
-- What was found ready before was stored as it came, with no metadata.
update upload set status = 'REJECTED', findings =
  '[{"rule":"upload.outdated","severity":"error","file":"","line":0,"message":"checks have changed; upload it again"}]'
  where status = 'READY_TO_DEPLOY';
create index upload_awaited on upload (expires_at) where status = 'AWAITING_UPLOAD';

alter table deployment add column dependencies text not null default '[]';
