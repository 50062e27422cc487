// The cases for `openai` for Node.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';

const env = process.env;
const noKey = 'sk-no-admin-key-was-given';
const SUFFIX = ' \u00fc\u{1f30d}'; // what the provider puts after each echo
const ABORT_SECONDS_MAX = 2;
const COST = 0.000025; // of each chat: 11 tokens in at 0.000001, 7 out at 0.000002

const client = new OpenAI({ apiKey: env.GATEWAY_KEY, baseURL: env.GATEWAY_URL + '/v1' });
/** A client that does not try again. */
const once = (apiKey = env.GATEWAY_KEY) => client.withOptions({ apiKey, maxRetries: 0 });

// ---- what the cases share -----------------------------------------------------------------------------------------

/** A prompt which no other client or case sends. */
const tag = (what) => `${env.CLIENT_NAME}:${what}`;
const echo = (what) => `Echo: ${tag(what)}${SUFFIX}`;
const user = (what) => [{ role: 'user', content: tag(what) }];
const chat = (what, { using = client, model = 'chat', ...more } = {}) =>
  using.chat.completions.create({ model, messages: user(what), ...more });
const textOf = (chunks) => chunks.map((c) => c.choices[0]?.delta.content ?? '').join('');

async function list(stream) {
  const all = [];
  for await (const one of await stream) all.push(one);
  return all;
}

async function raises(errorClass, call) {
  let got;
  try {
    got = await call();
  } catch (error) {
    assert.ok(error instanceof errorClass, `raised ${error.constructor.name}: ${error.message}, expected ${errorClass.name}`);
    return error;
  }
  assert.fail(`answered ${JSON.stringify(got)}, expected ${errorClass.name}`);
}

/** The refusal: the SDK's class, the status, and OpenAI's envelope. */
async function refused(errorClass, status, call) {
  const error = await raises(errorClass, call);
  assert.equal(error.status, status);
  assert.equal(typeof error.error?.message, 'string');
  return error;
}

/** The provider's newest record of the request tagged so, once it is in the state. */
async function recorded(what, state = 'complete', wait = 2) {
  const query = new URLSearchParams({ contains: tag(what), state, wait });
  const records = await (await fetch(`${env.PROVIDER_URL}/recorded?${query}`)).json();
  assert.ok(records.length, `the provider saw no request tagged ${tag(what)}`);
  assert.equal(records.at(-1).state, state, `the provider's call after ${wait} s`);
  return { ...records.at(-1), sent: JSON.parse(records.at(-1).body) };
}

const weather = {
  name: 'get_weather', strict: true,
  parameters: {
    type: 'object', additionalProperties: false, required: ['city', 'days'],
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
  },
};
const tools = [
  { type: 'function', function: weather },
  { type: 'function', function: { name: 'get_time', parameters: { type: 'object', properties: { zone: { type: 'string' } } } } },
];
const city = z.object({ city: z.string(), population: z.number() });
const zurich = { city: 'Zürich', population: 436000 };
const extra = { note: 'kept', list: [1, 2.5, null, 'ü'] };

function checkToolCalls(calls) {
  assert.deepEqual(calls.map((c) => [c.id, c.type, c.function.name]),
    [['call_weather', 'function', 'get_weather'], ['call_time', 'function', 'get_time']]);
  assert.deepEqual(calls.map((c) => JSON.parse(c.function.arguments)), [{ city: 'Zürich', days: 2 }, { zone: 'Europe/Zurich' }]);
}

async function vectors(what, options) {
  const reply = await client.embeddings.create({ model: 'embed', input: [tag(what), 'second'], ...options });
  assert.deepEqual([reply.data.map((d) => d.index), reply.usage.prompt_tokens, reply.model], [[0, 1], 11, 'embed']);
  return reply.data.map((d) => Array.from(d.embedding));
}

/** Reads a stream that breaks after two events; the error that it raises. */
async function brokenStream(model, errorClass) {
  const got = [];
  const error = await raises(errorClass, async () => {
    for await (const chunk of await chat('broken', { using: once(), model, stream: true })) got.push(chunk);
  });
  assert.match(textOf(got), /^Echo:/);
  return error;
}

// ---- the cases ----------------------------------------------------------------------------------------------------

const cases = {
  'chat-whole': async () => {
    const reply = await chat('chat-whole');
    const [choice] = reply.choices;
    assert.deepEqual([choice.message.role, choice.message.content, choice.finish_reason], ['assistant', echo('chat-whole'), 'stop']);
    assert.deepEqual([reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens], [11, 7, 18]);
    assert.deepEqual([reply.object, reply.model], ['chat.completion', 'chat']);
  },
  'chat-streamed': async () => {
    const chunks = await list(chat('chat-streamed', { stream: true }));
    assert.equal(textOf(chunks), echo('chat-streamed'));
    assert.deepEqual(chunks.map((c) => c.choices[0]?.finish_reason).filter(Boolean), ['stop']);
    assert.equal(chunks[0].choices[0].delta.role, 'assistant');
    assert.equal(new Set(chunks.map((c) => [c.id, c.model, c.object].join())).size, 1);
    assert.equal(chunks[0].model, 'chat');
  },
  'chat-stream-usage': async () => {
    const chunks = await list(chat('usage-asked', { stream: true, stream_options: { include_usage: true } }));
    assert.deepEqual(chunks.filter((c) => c.usage).map((c) => [c.usage.prompt_tokens, c.usage.completion_tokens]), [[11, 7]]);
    assert.deepEqual(chunks.at(-1).choices, []);
    for (const options of [{}, { stream_options: { include_usage: false } }]) {
      const without = await list(chat('usage-not-asked', { stream: true, ...options }));
      assert.deepEqual(without.filter((c) => c.usage || !c.choices.length), []);
    }
  },
  'tools-whole': async () => {
    const [choice] = (await chat('tools-whole', { tools })).choices;
    assert.equal(choice.finish_reason, 'tool_calls');
    checkToolCalls(choice.message.tool_calls);
  },
  'tools-streamed': async () => {
    const stream = client.chat.completions.stream({ model: 'chat', messages: user('tools-streamed'), tools });
    const [choice] = (await stream.finalChatCompletion()).choices;
    assert.equal(choice.finish_reason, 'tool_calls');
    checkToolCalls(choice.message.tool_calls);
  },
  'tool-result': async () => {
    const { message } = (await chat('tool-result', { tools })).choices[0];
    const results = message.tool_calls.map((c) => ({ role: 'tool', tool_call_id: c.id, content: `sunny ${c.id}` }));
    const reply = await client.chat.completions.create({ model: 'chat', messages: [...user('tool-result'), message, ...results], tools });
    assert.equal(reply.choices[0].message.content, `The tool said: sunny call_time${SUFFIX}`);
    const { sent } = await recorded('tool-result');
    assert.deepEqual(sent.messages.map((m) => m.role), ['user', 'assistant', 'tool', 'tool']);
  },
  'json-schema': async () => {
    const wanted = { model: 'chat', messages: user('json-schema'), response_format: zodResponseFormat(city, 'city') };
    assert.deepEqual((await client.chat.completions.parse(wanted)).choices[0].message.parsed, zurich);
    assert.equal((await recorded('json-schema')).sent.response_format.json_schema.strict, true);
    const streamed = await client.chat.completions.stream(wanted).finalChatCompletion();
    assert.deepEqual(streamed.choices[0].message.parsed, zurich);
  },
  'embeddings-float': async () => {
    const [first, second] = await vectors('embeddings-float', { encoding_format: 'float' });
    assert.deepEqual([...first.slice(0, 2), ...second.slice(0, 2)], [0.25, -0.5, 1.25, 0.5]);
    assert.equal((await recorded('embeddings-float')).sent.encoding_format, 'float');
  },
  'embeddings-base64': async () => {
    const numbers = await vectors('embeddings-both', { encoding_format: 'float' });
    assert.deepEqual(await vectors('embeddings-default'), numbers);
    assert.equal((await recorded('embeddings-default')).sent.encoding_format, 'base64');
    const raw = await client.embeddings.create({ model: 'embed', input: 'x', encoding_format: 'base64' }).asResponse();
    assert.equal(typeof (await raw.json()).data[0].embedding, 'string');
  },
  'responses-whole': async () => {
    const reply = await client.responses.create({ model: 'chat', input: tag('responses-whole') });
    assert.deepEqual([reply.output_text, reply.status, reply.model], [echo('responses-whole'), 'completed', 'chat']);
    assert.deepEqual([reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.total_tokens], [11, 7, 18]);
    const parsed = await client.responses.parse({ model: 'chat', input: tag('parse'), text: { format: zodTextFormat(city, 'city') } });
    assert.deepEqual(parsed.output_parsed, zurich);
  },
  'responses-streamed': async () => {
    const events = await list(client.responses.create({ model: 'chat', input: tag('responses-streamed'), stream: true }));
    const deltas = events.filter((e) => e.type === 'response.output_text.delta').map((e) => e.delta);
    assert.equal(deltas.join(''), echo('responses-streamed'));
    assert.deepEqual([events[0].type, events.at(-1).type], ['response.created', 'response.completed']);
    assert.equal(events.filter((e) => e.type === 'response.completed').length, 1);
    assert.equal(events.at(-1).response.usage.output_tokens, 7);
    const helped = await client.responses.stream({ model: 'chat', input: tag('responses-helper') }).finalResponse();
    assert.equal(helped.output_text, echo('responses-helper'));
  },
  'responses-tools': async () => {
    const asked = { role: 'user', content: tag('responses-tools') };
    const given = [{ type: 'function', ...weather }];
    const [call] = (await client.responses.create({ model: 'chat', input: [asked], tools: given })).output;
    assert.deepEqual([call.type, call.name, JSON.parse(call.arguments)], ['function_call', 'get_weather', { city: 'Zürich', days: 2 }]);
    const output = { type: 'function_call_output', call_id: call.call_id, output: 'sunny' };
    const reply = await client.responses.create({ model: 'chat', input: [asked, call, output], tools: given });
    assert.equal(reply.output_text, `The tool said: sunny${SUFFIX}`);
  },
  'completions-whole': async () => {
    const reply = await client.completions.create({ model: 'instruct', prompt: tag('completions-whole') });
    assert.deepEqual([reply.choices[0].text, reply.object], [echo('completions-whole'), 'text_completion']);
    assert.deepEqual([reply.usage.total_tokens, reply.model], [18, 'instruct']);
  },
  'completions-streamed': async () => {
    const chunks = await list(client.completions.create({
      model: 'instruct', prompt: tag('completions-streamed'), stream: true, stream_options: { include_usage: true } }));
    assert.equal(chunks.map((c) => c.choices[0]?.text ?? '').join(''), echo('completions-streamed'));
    assert.deepEqual(chunks.filter((c) => c.usage).map((c) => c.usage.total_tokens), [18]);
  },
  'models-list': async () => {
    const names = (await list(client.models.list())).map((m) => m.id);
    for (const name of ['chat', 'embed', 'org/model:v1.5', 'not-for-you']) assert.ok(names.includes(name), `${name} in ${names}`);
    const allowed = await list(once(env.GATEWAY_KEY_ONE_MODEL ?? noKey).models.list());
    assert.deepEqual(allowed.map((m) => m.id), ['chat']);
  },
  'models-retrieve': async () => {
    for (const name of ['chat', 'org/model:v1.5']) {
      const model = await client.models.retrieve(name);
      assert.deepEqual([model.id, model.object], [name, 'model']);
    }
    await raises(OpenAI.NotFoundError, () => once().models.retrieve('no-such-model'));
  },
  'model-names': async () => {
    for (const [model, upstream] of [['org/model:v1.5', 'maker/fake:chat-2.5'], ['wild/gpt-4.1:free', 'gpt-4.1:free']]) {
      const reply = await chat(`names ${model}`, { model });
      assert.deepEqual([reply.choices[0].message.content, reply.model], [echo(`names ${model}`), model]);
      assert.equal((await recorded(`names ${model}`)).sent.model, upstream);
    }
  },
  'unknown-fields-in': async () => {
    const unknown = { list: [1, 2.5, null, 'ü'], deep: { yes: true } };
    await chat('unknown-in', { x_unknown: unknown });
    assert.deepEqual((await recorded('unknown-in')).sent.x_unknown, unknown);
    await list(chat('unknown-in-stream', { x_unknown: unknown, stream: true }));
    assert.deepEqual((await recorded('unknown-in-stream')).sent.x_unknown, unknown);
  },
  'unknown-fields-out': async () => {
    const reply = await chat('unknown-out');
    assert.deepEqual([reply.x_provider, reply.choices[0].message.x_message], [extra, 'kept']);
    for (const chunk of await list(chat('unknown-out', { stream: true }))) assert.deepEqual(chunk.x_provider, extra);
  },
  'provider-sees': async () => {
    const messages = [{ role: 'user', content: [
      { type: 'text', text: tag('provider-sees') },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } }] }];
    await list(client.chat.completions.create({
      model: 'chat', messages, stream: true, temperature: 0.3, seed: 7,
      tags: ['a'], num_retries: 0, cache: { 'no-store': true }, drop_params: true }));
    const record = await recorded('provider-sees');
    assert.deepEqual([record.path, record.headers.authorization], ['/v1/chat/completions', `Bearer ${env.PROVIDER_KEY}`]);
    assert.deepEqual(record.sent, {
      model: 'fake-chat', messages, stream: true, temperature: 0.3, seed: 7, stream_options: { include_usage: true } });
    assert.ok(!JSON.stringify(record).includes(env.GATEWAY_KEY));
  },
  headers: async () => {
    const { data, response } = await chat('headers').withResponse();
    assert.equal(data.choices[0].message.content, echo('headers'));
    assert.ok(response.headers.get('x-litellm-call-id'));
    assert.equal(response.headers.get('x-litellm-model-id'), 'id-chat');
    assert.equal(Number(response.headers.get('x-litellm-response-cost')), COST);
    const streamed = await chat('headers', { stream: true }).withResponse();
    assert.equal(textOf(await list(streamed.data)), echo('headers'));
    assert.ok(streamed.response.headers.get('x-litellm-call-id'));
    const error = await raises(OpenAI.InternalServerError, () => chat('headers', { using: once(), model: 'status-500' }));
    assert.ok(error.headers.get('x-litellm-call-id'));
  },
  environment: async () => {
    assert.equal((await chat('environment', { using: new OpenAI() })).choices[0].message.content, echo('environment'));
  },
  'base-urls': async () => {
    for (const end of ['', '/', '/v1', '/v1/']) {
      const using = new OpenAI({ apiKey: env.GATEWAY_KEY, baseURL: env.GATEWAY_URL + end });
      assert.equal((await chat(`base${end}`, { using })).choices[0].message.content, echo(`base${end}`));
      assert.equal(textOf(await list(chat(`base${end}`, { using, stream: true }))), echo(`base${end}`));
      assert.equal((await using.embeddings.create({ model: 'embed', input: 'x' })).data.length, 1);
      assert.equal((await using.responses.create({ model: 'chat', input: tag('base') })).output_text, echo('base'));
    }
  },
  parallel: async () => {
    const one = async (number) => {
      const what = `parallel-${String(number).padStart(2, '0')}`;
      if (number % 2 === 0) return textOf(await list(chat(what, { stream: true }))) === echo(what);
      return (await chat(what)).choices[0].message.content === echo(what);
    };
    assert.deepEqual(await Promise.all(Array.from({ length: 16 }, (_, number) => one(number))), Array(16).fill(true));
  },
  'error-400-body': async () => {
    const error = await refused(OpenAI.BadRequestError, 400, () => once().post('/chat/completions', { body: { model: 'chat' } }));
    assert.deepEqual([error.type, error.param], ['invalid_request_error', 'messages']);
  },
  'error-400-model': async () => {
    await refused(OpenAI.BadRequestError, 400, () => chat('no-model', { using: once(), model: 'no-such-model' }));
  },
  'error-400-provider': async () => {
    for (const stream of [false, true]) {
      const error = await refused(OpenAI.BadRequestError, 400, () => chat('e400', { using: once(), model: 'status-400', stream }));
      assert.match(error.message, /the provider says 400/);
    }
  },
  'error-401-key': async () => {
    const wrong = 'sk-wrong-0123456789abcdefghij';
    for (const stream of [false, true]) {
      const error = await refused(OpenAI.AuthenticationError, 401, () => chat('e401', { using: once(wrong), stream }));
      assert.ok(!error.message.includes(wrong));
    }
    await refused(OpenAI.AuthenticationError, 401, () => once(wrong).models.list());
  },
  'error-403-model': async () => {
    const using = once(env.GATEWAY_KEY_ONE_MODEL ?? noKey);
    assert.equal((await chat('allowed', { using })).choices[0].message.content, echo('allowed'));
    const denied = (call) => refused(OpenAI.PermissionDeniedError, 403, call);
    const error = await denied(() => chat('e403', { using, model: 'not-for-you' }));
    assert.deepEqual([error.type, error.param], ['key_model_access_denied', 'model']);
    await denied(() => chat('e403', { using, model: 'not-for-you', stream: true }));
    await denied(() => using.responses.create({ model: 'not-for-you', input: 'x' }));
    await denied(() => using.embeddings.create({ model: 'embed', input: 'x' }));
    await denied(() => using.completions.create({ model: 'instruct', prompt: 'x' }));
  },
  'error-404-provider': async () => {
    const error = await refused(OpenAI.NotFoundError, 404, () => chat('e404', { using: once(), model: 'status-404' }));
    assert.match(error.message, /the provider says 404/);
  },
  'error-422-budget': async () => {
    const using = once(env.GATEWAY_KEY_BUDGET ?? noKey);
    assert.equal((await chat('budget', { using })).choices[0].message.content, echo('budget'));
    for (const stream of [false, true]) {
      const error = await refused(OpenAI.UnprocessableEntityError, 422, () => chat('budget', { using, stream }));
      assert.equal(error.type, 'budget_exceeded');
      assert.match(error.message, /Budget has been exceeded/);
    }
  },
  'error-429-provider': async () => {
    for (const stream of [false, true]) {
      const error = await refused(OpenAI.RateLimitError, 429, () => chat('e429', { using: once(), model: 'status-429', stream }));
      assert.match(error.message, /the provider says 429/);
    }
  },
  'error-429-rpm': async () => {
    const using = once(env.GATEWAY_KEY_RPM ?? noKey);
    assert.equal((await chat('rpm', { using })).choices[0].message.content, echo('rpm'));
    for (const stream of [false, true]) {
      const error = await refused(OpenAI.RateLimitError, 429, () => chat('rpm', { using, stream }));
      const seconds = Number(error.headers.get('retry-after'));
      assert.ok(seconds >= 1 && seconds <= 60, `retry-after ${seconds}`);
    }
  },
  'error-500-provider': async () => {
    for (const stream of [false, true]) {
      const error = await refused(OpenAI.InternalServerError, 500, () => chat('e500', { using: once(), model: 'status-500', stream }));
      assert.match(error.message, /the provider says 500/);
    }
  },
  'error-in-stream': async () => {
    assert.match((await brokenStream('error-inside', OpenAI.APIError)).message, /the provider broke/);
  },
  'stream-cut': async () => {
    await brokenStream('cut-inside', Error);
  },
  'sdk-retries': async () => {
    assert.equal((await chat('retries', { model: 'flaky' })).choices[0].message.content, echo('retries'));
  },
  'sdk-timeout': async () => {
    const using = once().withOptions({ timeout: 500 });
    await raises(OpenAI.APIConnectionTimeoutError, () => chat('timeout', { using, model: 'slow' }));
    await recorded('timeout', 'aborted', ABORT_SECONDS_MAX);
  },
  'client-leaves': async () => {
    for await (const _ of await chat('leaves', { model: 'slow', stream: true })) break; // leaving the loop closes the stream
    await recorded('leaves', 'aborted', ABORT_SECONDS_MAX);
    const events = await client.responses.create({ model: 'slow', input: tag('leaves-responses'), stream: true });
    setTimeout(() => events.controller.abort(), 100);
    await list(events).catch(() => {});
    await recorded('leaves-responses', 'aborted', ABORT_SECONDS_MAX);
  },
};

for (const [name, run] of Object.entries(cases)) {
  if (env.CASE && env.CASE !== name) continue;
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (error) {
    const line = /cases\.mjs:(\d+)/.exec(error.stack ?? '')?.[1] ?? '?';
    console.log(`FAIL ${name}: line ${line}: ${`${error.name}: ${error.message}`.replaceAll(/\s+/g, ' ').slice(0, 700)}`);
  }
}
process.exit(0);
