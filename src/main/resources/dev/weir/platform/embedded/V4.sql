-- Agents that a grant's user may use, as a JSON array like its skills.
alter table access_grant add column allowed_agents text not null default '[]';
