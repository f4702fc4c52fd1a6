"""`hwr draw`: a page to draw on, and the local server that reads the drawings and shows the network at work.

site.py        which address answers with what
guard.py       which requests are answered, and the security headers of every answer
model_list.py  the models that can be chosen, by name
inspection.py  a reading and the network's activations, as JSON
uploads.py     what is posted, with limits on size, time and memory
connections.py a connection, which must send its headers in time
server.py      a socket to listen on, and the loop that serves the site
page/          the page: HTML, CSS and JavaScript

In: a picture, posted by the page. Out: JSON. Nothing is stored, and nothing leaves the machine: there are no cookies,
no logs, no outside addresses. Only this subpackage needs the packages of the extra `web`.
"""
