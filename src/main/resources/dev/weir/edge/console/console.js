'use strict';

const TERMINAL = ['run.succeeded', 'run.failed', 'run.cancelled', 'run.timed_out', 'run.throttled'];
const TYPES = ['run.queued', 'run.started', 'run.output', 'run.message', 'stream.reset', ...TERMINAL];
const SHOWN = 5000;

const at = id => document.getElementById(id);
let source = null;
let watched = null;

/** One call of the API; a problem document becomes an Error that says all it says. */
async function api(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: {
      Authorization: `Bearer ${sessionStorage.getItem('key') ?? ''}`,
      ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const json = text ? JSON.parse(text) : null;
  if (!response.ok) {
    const errors = (json?.errors ?? []).map(e => `${e.pointer || 'input'}: ${e.message}`);
    throw new Error([json?.detail ?? response.statusText, ...errors].join('\n'));
  }
  return json;
}

/** Runs an action and shows its problem, if it has one. */
async function attempt(action) {
  at('problem').textContent = '';
  try {
    await action();
  } catch (failure) {
    at('problem').textContent = failure.message;
  }
}

function fill(select, names) {
  select.replaceChildren(...names.map(name => new Option(name, name)));
}

async function signIn() {
  const {skills} = await api('GET', '/v1/skills');
  at('who').textContent = 'signed in';
  fill(at('skill'), skills.map(skill => skill.name));
  await chooseSkill();
  await listRuns();
}

async function chooseSkill() {
  const name = at('skill').value;
  if (!name) {
    return;
  }
  const [skill, stages] = await Promise.all([
    api('GET', `/v1/skills/${name}`),
    api('GET', `/v1/skills/${name}/stages`),
  ]);
  fill(at('stage'), (stages.stages ?? []).map(stage => stage.stage ?? stage.name));
  at('input').value = JSON.stringify(example(skill.input_schema), null, 2);
}

/** The schema's own defaults, as a first input. */
function example(schema) {
  const defaults = {};
  for (const [name, property] of Object.entries(schema?.properties ?? {})) {
    if ('default' in property) {
      defaults[name] = property.default;
    }
  }
  return defaults;
}

async function listRuns() {
  const {runs} = await api('GET', '/v1/runs?limit=15');
  at('runs').replaceChildren(...runs.map(run => {
    const button = document.createElement('button');
    button.textContent = `${run.skill} / ${run.stage} - ${run.status} - ${new Date(run.created_at).toLocaleTimeString()}`;
    button.onclick = () => attempt(() => watch(run.run_id));
    const item = document.createElement('li');
    item.append(button);
    return item;
  }));
}

async function invoke() {
  const input = JSON.parse(at('input').value);
  const run = await api('POST', `/v1/skills/${at('skill').value}/stages/${at('stage').value}/runs`, input);
  await watch(run.run_id);
  await listRuns();
}

/** EventSource cannot set headers: it reads with a ticket for this one run, and resumes by itself after a lost connection. */
async function watch(run) {
  source?.close();
  watched = run;
  at('events').replaceChildren();
  const {ticket} = await api('POST', `/v1/runs/${run}/tickets`);
  source = new EventSource(`/v1/runs/${run}/events?ticket=${encodeURIComponent(ticket)}`);
  source.onopen = () => state(`Watching ${run}`, true);
  source.onerror = () => state(source.readyState === EventSource.CLOSED ? `${run} is over.` : 'Connection lost; resuming ...', false);
  for (const type of TYPES) {
    source.addEventListener(type, event => show(run, type, event));
  }
}

function state(text, running) {
  at('state').textContent = text;
  at('cancel').hidden = !running;
}

function show(run, type, event) {
  const data = JSON.parse(event.data);
  const item = document.createElement('li');
  item.append(cell('span', 'id', event.lastEventId), cell('span', 'type', type), cell('pre', look(type, data), text(type, data)));
  const list = at('events');
  const follows = list.scrollTop + list.clientHeight >= list.scrollHeight - 20;
  if (type === 'stream.reset') {
    list.replaceChildren();
  }
  list.append(item);
  if (list.childElementCount > SHOWN) {
    list.firstElementChild.remove();
  }
  if (follows) {
    list.scrollTop = list.scrollHeight;
  }
  if (TERMINAL.includes(type)) {
    source.close();
    state(`${run}: ${type.slice(4)}`, false);
    attempt(listRuns);
  }
}

function cell(tag, className, content) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = content;
  return element;
}

function look(type, data) {
  return data.stream === 'stderr' ? 'stderr' : type === 'run.failed' ? 'failed' : type === 'run.succeeded' ? 'succeeded' : '';
}

function text(type, data) {
  switch (type) {
    case 'run.output': return data.text;
    case 'run.message': return JSON.stringify(data.message);
    case 'run.succeeded': return JSON.stringify(data.output);
    case 'run.failed': return `${data.error.kind}: ${data.error.message}`;
    default: return '';
  }
}

at('sign-in').onsubmit = event => {
  event.preventDefault();
  sessionStorage.setItem('key', at('key').value.trim());
  at('key').value = '';
  attempt(signIn);
};
at('invocation').onsubmit = event => {
  event.preventDefault();
  attempt(invoke);
};
at('skill').onchange = () => attempt(chooseSkill);
at('cancel').onclick = () => attempt(() => api('POST', `/v1/runs/${watched}/cancel`));
if (sessionStorage.getItem('key')) {
  attempt(signIn);
}
