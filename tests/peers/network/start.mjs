// Starts a whole Bluesky network of its own (PLC directory, PDS, AppView) for the peer tests, with the programs that
// Bluesky itself runs. It must listen on loopback alone, keep nothing, and end with the test run that started it:
// the run holds our standard input open, so that even a run killed with -9 leaves nothing behind.
import { createRequire } from 'node:module'
import net from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

// The network's servers listen on every address when left alone.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  const [options, whenReady] = net._normalizeArgs(given)
  if (options.path === undefined && options.fd === undefined) options.host = '127.0.0.1'
  return listen.call(this, options, whenReady)
}

const ending = () => process.exit(0)
process.on('SIGTERM', ending)
process.stdin.on('end', ending).resume()

// This file lives in the checkout, the packages in a cache folder: they are looked up from there.
const packages = createRequire(path.join(process.cwd(), 'package.json'))
const { TestNetwork } = await import(pathToFileURL(packages.resolve('@atproto/dev-env')).href)

// PDS and AppView are told each other's addresses before either of them listens.
const [pds, appview] = process.env.PORTS.split(',').map(Number)
const network = await TestNetwork.create({
  dbPostgresSchema: 'peer',
  pds: { port: pds, hostname: 'localhost', enableDidDocWithSession: true },
  bsky: { port: appview, publicUrl: `http://localhost:${appview}`, redisPassword: process.env.REDIS_PASSWORD },
})
console.log(JSON.stringify({ pds: network.pds.url, appview: network.bsky.url, plc: network.plc.url }))
