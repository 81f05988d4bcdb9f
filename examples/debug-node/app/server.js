import { createServer } from 'node:http';

const GREETING = 'hello';

createServer((request, response) => {
  const text = `${GREETING} from ${request.url}\n`;
  response.end(text);
}).listen(8080);
