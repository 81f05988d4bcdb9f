import t from 'tap';
import { parseCandidate, parseMirror } from '../../../src/setup/debian.mjs';
import { parseDistribution } from '../../../src/setup/facts.mjs';

t.test(
  'the mirror of Debian itself is found in both forms of apt sources, and no other repository',
  async (t) => {
    const oneLine = `# deb http://old.example/debian bookworm main
deb [signed-by=/k.gpg] https://packages.example/apt cloud main
deb http://security.example/debian-security bookworm-security main
deb [arch=amd64] http://mirror.example/debian/ bookworm main
`;
    t.equal(parseMirror(oneLine), 'http://mirror.example/debian');
    const deb822 = 'Types: deb\nURIs: https://mirror.example/pub/debian\nSuites: bookworm\n';
    t.equal(parseMirror(deb822), 'https://mirror.example/pub/debian');
    t.equal(parseMirror('deb http://archive.ubuntu.com/ubuntu noble main\n'), undefined);
  },
);

t.test("a package's candidate is read from apt-cache policy", async (t) => {
  t.equal(
    parseCandidate('docker-compose:\n  Installed: (none)\n  Candidate: 2.26.1-4\n  Version table:\n'),
    '2.26.1-4',
  );
  t.equal(parseCandidate('docker-cli:\n  Installed: (none)\n  Candidate: (none)\n'), undefined);
  t.equal(parseCandidate(''), undefined);
});

t.test('a distribution is its id and the ids it is like', async (t) => {
  t.same(parseDistribution('NAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n'), [
    'ubuntu',
    'debian',
  ]);
  t.same(parseDistribution('ID="rocky"\nID_LIKE="rhel centos fedora"\n'), [
    'rocky',
    'rhel',
    'centos',
    'fedora',
  ]);
  t.same(parseDistribution(''), []);
});
