/* Issue, derive and verify with Digital Bazaar's libraries.
 * stdin: {"contexts": {url: document}, "keys": [{publicKeyMultibase, secretKeyMultibase, id}], "jobs": [...]}
 * stdout: one result a job. */
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import * as rdfCanonize from 'rdf-canonize';
import jsonld from 'jsonld';
import {contexts as citizenship} from '@digitalbazaar/citizenship-context';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {readFileSync} from 'node:fs';

const input = JSON.parse(readFileSync(0, 'utf8'));
const contexts = new Map([...citizenship, ...Object.entries(input.contexts)]);
const keys = new Map((input.keys ?? []).map(key => [key.id, key]));

async function documentLoader(url) {
  const document = contexts.get(url) ?? controllerOrKey(url);
  if(!document) {
    throw new Error(`not here: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
}

function controllerOrKey(url) {
  for(const key of keys.values()) {
    const {id, publicKeyMultibase} = key;
    const controller = id.split('#')[0];
    const method = {
      '@context': 'https://w3id.org/security/multikey/v1', id, type: 'Multikey', controller, publicKeyMultibase
    };
    if(url === id) {
      return method;
    }
    if(url === controller) {
      return {
        '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
        id: controller, assertionMethod: [method], authentication: [method]
      };
    }
  }
}

function cryptosuiteFor(name, {signing, selectivePointers, mandatoryPointers} = {}) {
  const jcs = {'eddsa-jcs-2022': eddsaJcs, 'ecdsa-jcs-2019': ecdsaJcs}[name];
  if(jcs) {
    return signing ? jcs.createSignCryptosuite() : jcs.createVerifyCryptosuite();
  }
  if(name === 'ecdsa-sd-2023') {
    if(selectivePointers) {
      return ecdsaSd.createDiscloseCryptosuite({selectivePointers});
    }
    return signing ? ecdsaSd.createSignCryptosuite({mandatoryPointers}) : ecdsaSd.createVerifyCryptosuite();
  }
  return {'eddsa-rdfc-2022': eddsaRdfc, 'ecdsa-rdfc-2019': ecdsaRdfc}[name];
}

async function signerOf(id) {
  const key = {...keys.get(id), type: 'Multikey', controller: id.split('#')[0]};
  const multikey = key.publicKeyMultibase.startsWith('z6Mk') ? Ed25519Multikey : EcdsaMultikey;
  return (await multikey.from(key)).signer();
}

const jobs = {
  async issue({credential, cryptosuite, key, date, mandatoryPointers}) {
    const suite = new DataIntegrityProof({
      signer: await signerOf(key), date, cryptosuite: cryptosuiteFor(cryptosuite, {signing: true, mandatoryPointers})
    });
    return vc.issue({credential, suite, documentLoader});
  },
  async derive({credential, selectivePointers}) {
    const suite = new DataIntegrityProof({cryptosuite: cryptosuiteFor('ecdsa-sd-2023', {selectivePointers})});
    return vc.derive({verifiableCredential: credential, suite, documentLoader});
  },
  async verify({credential, cryptosuite}) {
    const suite = new DataIntegrityProof({cryptosuite: cryptosuiteFor(cryptosuite)});
    const result = await vc.verifyCredential({credential, suite, documentLoader});
    const errors = result.error?.errors ?? (result.error ? [result.error] : []);
    return {verified: result.verified, errors: errors.map(error => error.message)};
  },
  async present({presentation, cryptosuite, key, date, challenge, domain}) {
    const suite = new DataIntegrityProof({
      signer: await signerOf(key), date, cryptosuite: cryptosuiteFor(cryptosuite, {signing: true})
    });
    return vc.signPresentation({presentation, suite, challenge, domain, documentLoader});
  },
  async verifyPresentation({presentation, cryptosuite, challenge, domain}) {
    const suite = new DataIntegrityProof({cryptosuite: cryptosuiteFor(cryptosuite)});
    const result = await vc.verify({presentation, suite, challenge, domain, documentLoader});
    return {verified: result.verified, error: result.error?.errors?.map(error => error.message)};
  },
  async canonicalize({document}) {
    return jsonld.canonize(document, {
      algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader, safe: true
    });
  },
  async canonicalizeDataset({nquads}) {
    const dataset = rdfCanonize.NQuads.parse(nquads);
    return rdfCanonize.canonize(dataset, {algorithm: 'RDFC-1.0', format: 'application/n-quads', maxWorkFactor: 9});
  },
  async measure({credential, cryptosuite, key, seconds}) {
    const suite = () => new DataIntegrityProof({signer, cryptosuite: cryptosuiteFor(cryptosuite, {signing: true})});
    const signer = await signerOf(key);
    const one = () => vc.issue({credential: structuredClone(credential), suite: suite(), documentLoader});
    for(let i = 0; i < 20; i++) {
      await one();
    }
    const start = process.cpuUsage();
    const spent = () => {
      const {user, system} = process.cpuUsage(start);
      return (user + system) / 1e6;
    };
    let count = 0;
    while(spent() < seconds) {
      await one();
      count++;
    }
    return {perSecond: count / spent()};
  }
};

const results = [];
for(const job of input.jobs) {
  try {
    results.push({value: await jobs[job.do](job)});
  } catch(error) {
    results.push({error: error.message, code: error.details?.event?.code ?? error.cause?.details?.event?.code});
  }
}
process.stdout.write(JSON.stringify(results));
