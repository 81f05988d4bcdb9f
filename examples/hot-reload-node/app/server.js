import { createServer } from 'node:http';

const GREETING = 'hello';

createServer((request, response) => {
  response.end(request.url === '/health' ? 'ok\n' : `${GREETING} from ${request.url}\n`);
}).listen(8080);
