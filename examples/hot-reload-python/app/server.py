from http.server import BaseHTTPRequestHandler, HTTPServer

GREETING = "hello"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        text = f"{GREETING} from {self.path}\n"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())


HTTPServer(("", 8080), Handler).serve_forever()
