// Make one picture at the live gateway with what is named: fetch, https, or a package; say how large it is.
import https from 'node:https';

const url = 'https://gateway.pixazo.ai/z-image-base/v1/z-image-base-request';
const key = { 'Ocp-Apim-Subscription-Key': 'YOUR_SUBSCRIPTION_KEY' };
const sent = JSON.stringify({ prompt: 'A red bicycle', image_size: 'square_1_1', output_format: 'webp' });
const json = { 'Content-Type': 'application/json' };

const ways = {
  async fetch(target, headers, body) {
    const answer = await fetch(target, { method: body ? 'POST' : 'GET', headers, body });
    return Buffer.from(await answer.arrayBuffer());
  },
  https(target, headers, body) {
    return new Promise((resolve, reject) => {
      const asked = https.request(target, { method: body ? 'POST' : 'GET', headers }, async (answer) => {
        resolve(Buffer.concat(await collected(answer)));
      });
      asked.on('error', reject);
      asked.end(body);
    });
  },
  axios: (...words) => withAxios('axios', ...words),
  'old-axios': (...words) => withAxios('old-axios', ...words),
  async undici(target, headers, body) {
    const { request } = await import('undici');
    const answer = await request(target, { method: body ? 'POST' : 'GET', headers, body });
    return Buffer.from(await answer.body.arrayBuffer());
  },
};

async function withAxios(name, url, headers, data) {
  const { default: axios } = await import(name);
  const method = data ? 'POST' : 'GET';
  return Buffer.from((await axios({ url, method, headers, data, responseType: 'arraybuffer' })).data);
}

async function collected(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

const ask = ways[process.argv[2]];
const { polling_url } = JSON.parse(await ask(url, { ...key, ...json }, sent));
let told;
do {
  await new Promise((resolve) => setTimeout(resolve, 20));
  told = JSON.parse(await ask(polling_url, key));
} while (told.status !== 'COMPLETED');
const picture = await ask(told.output.media_url[0], {});
if (picture.toString('latin1', 8, 12) !== 'WEBP') throw new Error('no WebP');
console.log(`${picture.length} bytes`);
