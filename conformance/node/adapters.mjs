// What each SDK's own words are for the cases' calls; a reply has text, thought, calls, finish, tokens, cached.
import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { ApiError, GoogleGenAI } from '@google/genai';
import { APICallError, RetryError, generateObject, generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';

const { GATEWAY_KEY: KEY, GATEWAY_URL: GATEWAY } = process.env;
const WEATHER = {
  type: 'object', additionalProperties: false, required: ['city', 'days'],
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
};
const TIME = { type: 'object', properties: { zone: { type: 'string' } } };
const CITY = {
  type: 'object', additionalProperties: false, required: ['city', 'population'],
  properties: { city: { type: 'string' }, population: { type: 'integer' } },
};
const THOUGHT_TOKENS = 1024;
const joined = (texts) => texts.filter(Boolean).join('');
const split = (image) => /^data:(.*);base64,(.*)$/.exec(image).slice(1);

/** Two turns for an SDK that leaves them to its user: `ask` takes the first reply and the results. */
const byHand = (ask) => async (model, prompt, results, options) => {
  const first = await ask(model, prompt, { ...options, tools: true });
  return [first, await ask(model, prompt, { ...options, tools: true, after: [first, results] })];
};

// ---- @anthropic-ai/sdk ----------------------------------------------------------------------------------------------

function anthropic() {
  const client = (key = KEY, retries = 2) => new Anthropic({ apiKey: key, baseURL: GATEWAY, maxRetries: retries });
  const tools = [{ name: 'get_weather', description: 'The weather.', input_schema: WEATHER },
    { name: 'get_time', input_schema: TIME }];

  function request(model, prompt, { system, tools: withTools, schema, image, think, after }) {
    const content = [{ type: 'text', text: prompt }];
    if (image) {
      const [media_type, data] = split(image);
      content.push({ type: 'image', source: { type: 'base64', media_type, data } });
    }
    const messages = [{ role: 'user', content }];
    if (after) {
      const calls = after[0].turn.content.filter((b) => b.type === 'tool_use');
      messages.push({ role: 'assistant', content: after[0].turn.content }, { role: 'user', content: calls.map(
        (b) => ({ type: 'tool_result', tool_use_id: b.id, content: after[1][b.name] })) });
    }
    return {
      model, max_tokens: 4096, messages, ...(system && { system }), ...(withTools && { tools }),
      ...(schema && { output_config: { format: { type: 'json_schema', schema: CITY } } }),
      ...(think && { thinking: { type: 'enabled', budget_tokens: THOUGHT_TOKENS } }),
    };
  }

  function reply(message) {
    const { usage, content } = message;
    const cached = usage.cache_read_input_tokens ?? 0;
    return {
      text: joined(content.map((b) => b.text)), thought: joined(content.map((b) => b.thinking)),
      calls: content.filter((b) => b.type === 'tool_use').map((b) => [b.name, b.input]),
      finish: { end_turn: 'stop', tool_use: 'tool' }[message.stop_reason],
      tokens: [usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0), usage.output_tokens],
      cached, turn: message,
    };
  }

  async function ask(model, prompt, { stream, key, retries, heard, ...more } = {}) {
    const { messages } = client(key, retries);
    if (!stream) return reply(await messages.create(request(model, prompt, more)));
    const events = messages.stream(request(model, prompt, more));
    if (heard) events.on('text', heard);
    return reply(await events.finalMessage());
  }

  return {
    own: 'messages', ask, twoTurns: byHand(ask),
    status: (error) => (error instanceof Anthropic.APIError && error.error?.type === 'error' ? error.status : undefined),
    count: async (model, content) =>
      (await client().messages.countTokens({ model, messages: [{ role: 'user', content }] })).input_tokens,
    leave: async (model, prompt) => {
      const events = await client().messages.create({ ...request(model, prompt, {}), stream: true });
      for await (const event of events) if (event.type === 'content_block_delta') break;
    },
  };
}

// ---- @google/genai --------------------------------------------------------------------------------------------------

function genai() {
  const client = (key = KEY, apiVersion = 'v1beta') => new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: GATEWAY, ...(apiVersion && { apiVersion }) } });
  const tools = [{ functionDeclarations: [
    { name: 'get_weather', description: 'The weather.', parametersJsonSchema: WEATHER },
    { name: 'get_time', parametersJsonSchema: TIME }] }];

  function request(model, prompt, { system, tools: withTools, schema, image, think, after, abortSignal }) {
    const parts = [{ text: prompt }];
    if (image) {
      const [mimeType, data] = split(image);
      parts.push({ inlineData: { mimeType, data } });
    }
    const contents = [{ role: 'user', parts }];
    if (after) {
      const calls = after[0].turn.filter((p) => p.functionCall).map((p) => p.functionCall);
      contents.push({ role: 'model', parts: after[0].turn }, { role: 'user', parts: calls.map(
        ({ id, name }) => ({ functionResponse: { id, name, response: { output: after[1][name] } } })) });
    }
    return { model, contents, config: {
      abortSignal, ...(system && { systemInstruction: system }), ...(withTools && { tools }),
      ...(schema && { responseMimeType: 'application/json', responseJsonSchema: CITY }),
      ...(think && { thinkingConfig: { includeThoughts: true, thinkingBudget: THOUGHT_TOKENS } }),
    } };
  }

  const partsOf = (chunk) => chunk.candidates?.[0]?.content?.parts ?? [];
  const textOf = (parts) => joined(parts.filter((p) => !p.thought).map((p) => p.text));

  function reply(chunks) {
    const parts = chunks.flatMap(partsOf);
    const usage = chunks.findLast((c) => c.usageMetadata)?.usageMetadata ?? {};
    const calls = parts.filter((p) => p.functionCall).map((p) => [p.functionCall.name, p.functionCall.args]);
    const ends = chunks.map((c) => c.candidates?.[0]?.finishReason).filter(Boolean);
    return {
      text: textOf(parts), thought: joined(parts.filter((p) => p.thought).map((p) => p.text)), calls,
      finish: ends.join() === 'STOP' ? (calls.length ? 'tool' : 'stop') : ends.join(),
      tokens: [usage.promptTokenCount, (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0)],
      cached: usage.cachedContentTokenCount ?? 0, turn: parts,
    };
  }

  async function ask(model, prompt, { stream, key, heard, ...more } = {}) {
    const { models } = client(key);
    if (!stream) return reply([await models.generateContent(request(model, prompt, more))]);
    const chunks = [];
    for await (const chunk of await models.generateContentStream(request(model, prompt, more))) {
      chunks.push(chunk);
      if (textOf(partsOf(chunk))) heard?.(textOf(partsOf(chunk)));
    }
    return reply(chunks);
  }

  return {
    own: 'gemini', ask, twoTurns: byHand(ask),
    asItIs: async (model, prompt) => reply([await client(KEY, null).models.generateContent(request(model, prompt, {}))]),
    status: (error) => (error instanceof ApiError ? error.status : undefined),
    count: async (model, contents) => (await client().models.countTokens({ model, contents })).totalTokens,
    leave: async (model, prompt) => {
      const abort = new AbortController();
      const events = await client().models.generateContentStream(request(model, prompt, { abortSignal: abort.signal }));
      await events.next();
      abort.abort();
    },
  };
}

// ---- ai, the Vercel AI SDK ------------------------------------------------------------------------------------------

function vercel(own, modelOf, thinking, { lacks = {}, wrapped = (name, text) => text } = {}) {
  const toolsFor = (results) => Object.fromEntries([['get_weather', WEATHER], ['get_time', TIME]].map(([name, schema]) => [
    name, tool({ description: name, inputSchema: jsonSchema(schema), execute: async () => results[name] })]));

  function request(model, prompt, { system, image, think, key, retries }) {
    const content = [{ type: 'text', text: prompt }];
    if (image) content.push({ type: 'file', data: split(image)[1], mediaType: split(image)[0] });
    return {
      model: modelOf(key ?? KEY)(model), messages: [{ role: 'user', content }], ...(system && { instructions: system }),
      ...(retries !== undefined && { maxRetries: retries }), ...(think && { providerOptions: thinking }),
    };
  }

  const reply = ({ text, reasoningText, toolCalls, finishReason, usage }) => ({
    text, thought: reasoningText, calls: toolCalls.map((c) => [c.toolName, c.input]),
    finish: { stop: 'stop', 'tool-calls': 'tool' }[finishReason] ?? finishReason,
    tokens: [usage.inputTokens, usage.outputTokens], cached: usage.inputTokenDetails.cacheReadTokens ?? 0,
  });

  /** The steps of a call, each as a reply. */
  async function steps(asked, stream, heard) {
    if (!stream) return (await generateText(asked)).steps.map(reply);
    const result = streamText({ ...asked, onError: () => {} });
    for await (const part of result.fullStream) {
      if (part.type === 'text-delta') heard?.(part.text);
      if (part.type === 'error') throw part.error instanceof Error ? part.error : new Error(JSON.stringify(part.error));
    }
    return (await result.steps).map(reply);
  }

  async function ask(model, prompt, { stream, heard, schema, ...more } = {}) {
    if (schema) {
      const { object } = await generateObject({
        ...request(model, prompt, more), schema: z.object({ city: z.string(), population: z.number().int() }) });
      return { text: JSON.stringify(object) };
    }
    return (await steps(request(model, prompt, more), stream, heard))[0];
  }

  return {
    own, ask, wrapped, lacks: { 'count-tokens': 'the AI SDK does not count tokens', ...lacks },
    twoTurns: async (model, prompt, results, { stream, ...more }) => steps(
      { ...request(model, prompt, more), tools: toolsFor(results), stopWhen: stepCountIs(3) }, stream),
    status: (error) => {
      const cause = RetryError.isInstance(error) ? error.lastError : error;
      return APICallError.isInstance(cause) && cause.data !== undefined ? cause.statusCode : undefined; // data: it knew the error's form
    },
    leave: async (model, prompt) => {
      const abort = new AbortController();
      const result = streamText({ ...request(model, prompt, {}), abortSignal: abort.signal, onError: () => {} });
      for await (const part of result.fullStream) if (part.type === 'text-delta') break;
      abort.abort();
    },
  };
}

const openai = (apiKey) => createOpenAI({ apiKey, baseURL: `${GATEWAY}/v1` });
const claude = (apiKey) => createAnthropic({ apiKey, baseURL: `${GATEWAY}/v1` });
const google = (apiKey) => createGoogleGenerativeAI({ apiKey, baseURL: `${GATEWAY}/v1beta` });

export const adapters = {
  'anthropic-node': anthropic,
  'google-genai-node': genai,
  'ai-openai-chat': () => vercel('chat', (key) => openai(key).chat, {}, { lacks: {
    thinking: 'chat completions have no thoughts for this SDK', 'thinking-streamed': 'chat completions have no thoughts for this SDK' } }),
  'ai-openai-responses': () => vercel('responses', (key) => openai(key).responses, {
    openai: { reasoningEffort: 'low', reasoningSummary: 'auto', store: false, forceReasoning: true, include: ['reasoning.encrypted_content'] } }),
  'ai-anthropic': () => vercel('messages', claude, {
    anthropic: { thinking: { type: 'enabled', budgetTokens: THOUGHT_TOKENS } } }),
  'ai-google': () => vercel('gemini', google, {
    google: { thinkingConfig: { includeThoughts: true, thinkingBudget: THOUGHT_TOKENS } } },
  { wrapped: (name, content) => JSON.stringify({ name, content }) }),
};
