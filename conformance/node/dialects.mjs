// The cases for clients of other dialects than OpenAI's, and for the Vercel AI SDK: the same for each, on each provider.
import assert from 'node:assert/strict';
import { adapters } from './adapters.mjs';

const env = process.env;
const noKey = 'sk-no-admin-key-was-given';
const SUFFIX = ' \u00fc\u{1f30d}'; // what the provider puts after each echo
const THOUGHT = 'First I look, \u00fc then I answer.';
const PROOF = 'cHJvb2Ygb2YgdGhvdWdodA==';
const IMAGE = 'data:image/png;base64,iVBORw0KGgo=';
const CALLS = [['get_weather', { city: 'Zürich', days: 2 }], ['get_time', { zone: 'Europe/Zurich' }]];
const RESULTS = { get_weather: 'sunny', get_time: 'noon' };
const ABORT_SECONDS_MAX = 2;
const PROMPT_TOKENS = 11;

const adapter = adapters[env.CLIENT_NAME]();
const once = { retries: 0 };

/** A prompt which no other client or case sends. */
const tag = (what) => `${env.CLIENT_NAME}:${what}`;
const echo = (what) => `Echo: ${tag(what)}${SUFFIX}`;

/** The provider's newest record of the request tagged so, once it is in the state. */
async function recorded(what, state = 'complete', wait = 2) {
  const query = new URLSearchParams({ contains: tag(what), state, wait });
  const records = await (await fetch(`${env.PROVIDER_URL}/recorded?${query}`)).json();
  assert.ok(records.length, `the provider saw no request tagged ${tag(what)}`);
  assert.equal(records.at(-1).state, state, `the provider's call after ${wait} s`);
  return records.at(-1);
}

/** What the provider understood of it, whatever its dialect is. */
const arrived = async (what) => (await recorded(what)).ask;

function answered(reply, text) {
  assert.deepEqual([reply.text, reply.calls, reply.finish, reply.tokens], [text, [], 'stop', [11, 7]]);
}

async function raises(call) {
  let got;
  try {
    got = await call();
  } catch (error) {
    return error;
  }
  assert.fail(`answered ${JSON.stringify(got)}, expected an error`);
}

/** The refusal's message: the SDK's own class, and the status. */
async function refused(status, call) {
  const error = await raises(call);
  assert.equal(adapter.status(error), status, `${error.constructor.name}: ${error.message}`);
  return error.message;
}

async function tools(what, model, options) {
  const [first, last] = await adapter.twoTurns(model, tag(what), RESULTS, options);
  assert.deepEqual([first.calls, first.finish], [CALLS, 'tool']);
  // A result that the SDK wraps may come in its wrap or without it: both say the same.
  const said = (name, texts) => texts.find((text) => [RESULTS[name], adapter.wrapped?.(name, RESULTS[name])].includes(text));
  const seen = await arrived(what);
  assert.ok(CALLS.every(([name], index) => said(name, [seen.results[index]?.[1]])), JSON.stringify(seen.results));
  assert.deepEqual([last.text, last.calls], [`The tool said: ${seen.results[1][1]}${SUFFIX}`, []]);
  assert.deepEqual(seen.calls.map(([, name, args]) => [name, JSON.parse(args)]), CALLS);
  return [first, seen];
}

async function thinks(what, provider, stream) {
  const [first, seen] = await tools(what, `thinks-on-${provider}`, { think: true, stream });
  assert.equal(first.thought, THOUGHT);
  if (provider !== 'chat') assert.deepEqual(seen.proofs, [PROOF]); // which has no proofs
}

/** Reads a stream that breaks after its first text; the error that it raises. */
async function broken(what, model) {
  const got = [];
  const error = await raises(() => adapter.ask(model, tag(what), { ...once, stream: true, heard: (text) => got.push(text) }));
  assert.match(got.join(''), /^Echo:/);
  return error;
}

const onProvider = (p) => ({
  whole: async () => answered(await adapter.ask(`say-on-${p}`, tag(`whole-${p}`)), echo(`whole-${p}`)),
  streamed: async () => {
    const heard = [];
    const options = { stream: true, heard: (text) => heard.push(text) };
    answered(await adapter.ask(`say-on-${p}`, tag(`streamed-${p}`), options), echo(`streamed-${p}`));
    assert.ok(heard.length > 2, `${heard.length} pieces`);
  },
  system: async () => {
    await adapter.ask(`say-on-${p}`, tag(`system-${p}`), { system: 'Be brief, äöü.' });
    assert.equal((await arrived(`system-${p}`)).system, 'Be brief, äöü.');
  },
  tools: async () => tools(`tools-${p}`, `say-on-${p}`, {}),
  'tools-streamed': async () => tools(`tools-streamed-${p}`, `say-on-${p}`, { stream: true }),
  schema: async () => {
    const reply = await adapter.ask(`say-on-${p}`, tag(`schema-${p}`), { schema: true });
    assert.deepEqual(JSON.parse(reply.text), { city: 'Zürich', population: 436000 });
    const seen = await arrived(`schema-${p}`);
    assert.ok(seen.schema || seen.forced);
  },
  image: async () => {
    await adapter.ask(`say-on-${p}`, tag(`image-${p}`), { image: IMAGE });
    assert.deepEqual((await arrived(`image-${p}`)).images, [IMAGE]);
  },
  thinking: async () => thinks(`thinking-${p}`, p, false),
  'thinking-streamed': async () => thinks(`thinking-streamed-${p}`, p, true),
  cached: async () => {
    for (const stream of [false, true]) {
      const reply = await adapter.ask(`cached-on-${p}`, tag(`cached-${p}`), { stream });
      assert.deepEqual([reply.tokens, reply.cached], [[11, 7], 4]);
    }
  },
  ...Object.fromEntries([400, 429, 500].map((status) => [`error-${status}`, async () => {
    for (const stream of [false, true]) {
      const said = await refused(status, () => adapter.ask(`status-${status}-on-${p}`, tag('error'), { ...once, stream }));
      assert.match(said, new RegExp(`the provider says ${status}`));
    }
  }])),
  'error-in-stream': async () => {
    assert.match((await broken(`error-in-stream-${p}`, `error-inside-on-${p}`)).message, /the provider broke/);
  },
  'stream-cut': async () => broken(`stream-cut-${p}`, `cut-inside-on-${p}`),
  leaves: async () => {
    await adapter.leave(`slow-on-${p}`, tag(`leaves-${p}`));
    await recorded(`leaves-${p}`, 'aborted', ABORT_SECONDS_MAX);
  },
});

const cases = {
  ...Object.fromEntries(['chat', 'responses', 'messages', 'gemini'].flatMap(
    (p) => Object.entries(onProvider(p)).map(([name, run]) => [`${name}-on-${p}`, run]))),
  'count-tokens': async () => {
    assert.ok(await adapter.count('say-on-messages', tag('count')) > 0);
    assert.equal(await adapter.count(`say-on-${adapter.own}`, tag('count')), PROMPT_TOKENS);
  },
  'as-it-is': async () => {
    answered(await (adapter.asItIs ?? adapter.ask)('say-on-chat', tag('as-it-is')), echo('as-it-is'));
  },
  'error-key': async () => {
    const key = 'sk-wrong-0123456789abcdefghij';
    for (const stream of [false, true]) {
      const said = await refused(401, () => adapter.ask('say-on-chat', tag('key'), { ...once, key, stream }));
      assert.ok(!said.includes(key));
    }
  },
  'error-model': async () => {
    await refused(400, () => adapter.ask('no-such-model', tag('model'), once));
  },
  'error-access': async () => {
    const key = env.GATEWAY_KEY_ONE_MODEL ?? noKey;
    for (const stream of [false, true]) {
      await refused(403, () => adapter.ask('say-on-chat', tag('access'), { ...once, key, stream }));
    }
  },
  'error-budget': async () => {
    const key = env.GATEWAY_KEY_BUDGET ?? noKey;
    answered(await adapter.ask('say-on-chat', tag('budget'), { ...once, key }), echo('budget'));
    for (const stream of [false, true]) {
      assert.match(await refused(422, () => adapter.ask('say-on-chat', tag('budget'), { ...once, key, stream })), /udget/);
    }
  },
};

for (const [name, run] of Object.entries(cases)) {
  if (env.CASE && env.CASE !== name) continue;
  const lack = adapter.lacks?.[name.split('-on-')[0]];
  if (lack) {
    console.log(`no-api ${name}: ${lack}`);
    continue;
  }
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (error) {
    const line = /dialects\.mjs:(\d+)/.exec(error.stack ?? '')?.[1] ?? '?';
    console.log(`FAIL ${name}: line ${line}: ${`${error.name}: ${error.message}`.replaceAll(/\s+/g, ' ').slice(0, 700)}`);
  }
}
process.exit(0);
