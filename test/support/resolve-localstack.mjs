/** Loaded into a client by `--require`: LocalStack's names are this machine, as public DNS has them. */
import dns from 'node:dns';

const { lookup } = dns;
dns.lookup = /** @type {typeof lookup} */ (
  (name, ...rest) =>
    Reflect.apply(lookup, dns, [name.endsWith('.localstack.cloud') ? '127.0.0.1' : name, ...rest])
);
