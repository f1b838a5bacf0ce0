// Make one picture: submit, poll, download. Arguments: the gateway's origin, a file to write.
import { writeFile } from 'node:fs/promises';

const [origin, target] = process.argv.slice(2);
const headers = { 'Content-Type': 'application/json', 'Ocp-Apim-Subscription-Key': 'a-javascript-program' };
const body = JSON.stringify({ prompt: 'A red bicycle', image_size: 'square_1_1', output_format: 'webp' });

const submitted = await fetch(`${origin}/z-image-base/v1/z-image-base-request`, { method: 'POST', headers, body });
const { polling_url } = await submitted.json();
let state;
do {
  await new Promise((resolve) => setTimeout(resolve, 50));
  state = await (await fetch(polling_url, { headers })).json();
} while (['QUEUED', 'PROCESSING'].includes(state.status));
const picture = await fetch(state.output.media_url[0]);
await writeFile(target, Buffer.from(await picture.arrayBuffer()));
