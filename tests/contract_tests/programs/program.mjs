// A correct program that polls, in JavaScript; and, with FAULT set, the same program with that one fault.
import { writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

const fault = process.env.FAULT ?? "";
const gateway = process.env.ZIMAGE_BASE_URL ?? "https://gateway.pixazo.ai";
const key = process.env.ZIMAGE_API_KEY;
const base = process.env.ZIMAGE_MODEL === "base";
const url = gateway + (base ? "/z-image-base/v1/z-image-base-request" : "/z-image-turbo-834/v1/z-image-turbo-request");
const patience = Number(process.env.PATIENCE ?? 90) * 1000;
const gap = fault === "hasty" ? 1500 : 5100;

class Sorry extends Error {}

async function submit() {
  for (;;) {
    let answer;
    try {
      answer = await fetch(url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "Cache-Control": "no-cache",
          "Ocp-Apim-Subscription-Key": key,
        },
        body: JSON.stringify({
          prompt: "A red bicycle",
          image_size: "square_1_1",
          num_images: Number(process.env.ZIMAGE_NUM_IMAGES ?? 1),
          ...(fault === "too-many-steps" ? { num_inference_steps: 500 } : {}),
        }),
        signal: AbortSignal.timeout(40_000),
      });
    } catch {
      if (fault !== "submits-blindly") throw new Sorry("no answer to the submit: it may have been accepted");
      continue;
    }
    if (answer.status === 429) {
      await pause(1000 * (fault === "ignores-retry-after" ? 0.5 : Number(answer.headers.get("Retry-After") ?? 1)));
      continue;
    }
    if (fault === "takes-only-202" ? answer.status !== 202 : !answer.ok) throw new Sorry(`the submit was answered ${answer.status}`);
    return (await answer.json()).request_id;
  }
}

async function poll(job) {
  try {
    const answer = await fetch(`${gateway}/v2/requests/status/${job}`, {
      headers: { "Ocp-Apim-Subscription-Key": key },
      signal: AbortSignal.timeout(10_000),
    });
    if (answer.status === 429) await pause(Math.max(0, 1000 * Number(answer.headers.get("Retry-After") ?? 0) - gap));
    if (!answer.ok) return null;
    return await answer.json();
  } catch (error) {
    if (fault === "falls-over-json" && error instanceof SyntaxError) throw error;
    return null;
  }
}

async function wait(job) {
  const end = Date.now() + patience;
  while (fault === "waits-for-ever" || Date.now() < end) {
    await pause(gap);
    const document = await poll(job);
    if (document === null) continue;
    if (document.status === "COMPLETED") return document;
    if (document.status === "FAILED" || document.status === "ERROR") {
      if (fault === "only-logs") {
        console.error(document.error);
        return null;
      }
      throw new Sorry(`${document.status}: ${document.error}`);
    }
  }
  throw new Sorry(`gave up on ${job}`);
}

async function download(link, name) {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const answer = await fetch(link, {
        headers: fault === "key-everywhere" ? { "Ocp-Apim-Subscription-Key": key } : {},
        signal: AbortSignal.timeout(30_000),
      });
      if (answer.ok || fault === "saves-error-page") return await writeFile(name, Buffer.from(await answer.arrayBuffer()));
    } catch {
      // it is tried again
    }
    await pause(1000);
  }
  throw new Sorry(`no picture at ${link}`);
}

try {
  const document = await wait(await submit());
  const links = document?.output.media_url ?? [];
  for (const [number, link] of (fault === "first-picture" ? links.slice(0, 1) : links).entries()) {
    await download(link, `${number}.img`);
  }
} catch (error) {
  console.error(error instanceof Sorry ? error.message : error);
  process.exit(1);
}
