// npm's jose: verifies a compact token, and a JAdES envelope (general JSON, b64 false); signs a token of its own.
import { readFileSync } from "node:fs";
import { CompactSign, compactVerify, generalVerify, importPKCS8, importSPKI } from "jose";

const request = JSON.parse(readFileSync(0, "utf8"));
const publicKey = await importSPKI(request.publicKey, request.algorithm);
const text = new TextDecoder();
const reply = {};
if (request.envelope) {
  const { payload } = await generalVerify(JSON.parse(request.envelope), publicKey);
  reply.payload = text.decode(payload);
}
if (request.token) {
  const { payload } = await compactVerify(request.token, publicKey, { algorithms: [request.algorithm] });
  reply.payload = text.decode(payload);
  const privateKey = await importPKCS8(request.privateKey, request.algorithm);
  reply.token = await new CompactSign(new TextEncoder().encode(request.payload))
    .setProtectedHeader({ alg: request.algorithm, typ: "vc+jwt", cty: "vc", kid: "key-1" })
    .sign(privateKey);
}
process.stdout.write(JSON.stringify(reply));
