// Make a picture with a TypeScript client that openapi-generator generated.
import { writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { Configuration, DefaultApi, ResponseError, type StatusDocument } from "./client/index";

const gateway = new DefaultApi(
  new Configuration({
    basePath: process.env.ZIMAGE_BASE_URL,
    apiKey: process.env.ZIMAGE_API_KEY!,
    headers: { "Cache-Control": "no-cache" },
  }),
);

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}

async function submitted(): Promise<string> {
  for (;;) {
    try {
      const turboRequest = { prompt: "A red bicycle", imageSize: "square_1_1" } as const;
      return (await gateway.submitTurbo({ turboRequest })).requestId;
    } catch (error) {
      if (!(error instanceof ResponseError)) fail("no answer to the submit: it may have been accepted");
      if (error.response.status !== 429) fail(`the submit was answered ${error.response.status}`);
      await pause(1000 * Number(error.response.headers.get("Retry-After") ?? 1));
    }
  }
}

async function ended(job: string): Promise<StatusDocument> {
  for (const until = Date.now() + 90_000; Date.now() < until; ) {
    await pause(5100);
    try {
      const document = await gateway.status({ requestId: job }, { signal: AbortSignal.timeout(10_000) });
      if (document.status === "FAILED" || document.status === "ERROR") fail(`${document.status}: ${document.error}`);
      if (document.status === "COMPLETED") return document;
    } catch {
      // not known yet: the job is paid for, so it is asked after again
    }
  }
  fail(`gave up on ${job}`);
}

const document = await ended(await submitted());
for (const [number, link] of document.output!.mediaUrl.entries()) {
  const answer = await fetch(link).catch(() => fail("no picture"));
  if (!answer.ok) fail(`no picture: ${answer.status}`);
  await writeFile(`${number}.img`, Buffer.from(await answer.arrayBuffer().catch(() => fail("half a picture"))));
}
