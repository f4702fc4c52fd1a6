"""The page on which one draws and sees the network read: a server for one's own machine, and plain files for a browser.

    page/ (html, css, js)  ->  POST of a picture  ->  guard  ->  site  ->  Recognizer, Network.activations  ->  JSON

    guard.py     who may ask and how much: the Host and Origin headers, the size of a post, the headers of every answer
    shelf.py     the models that may be chosen, by name, loaded once
    insight.py   what the page shows of a reading and of a network, as JSON
    site.py      which address answers with what
    server.py    listens and ends

It needs the packages of the extra `web`, and nothing else in hwr needs them. Nothing is kept and nothing leaves the
machine: no cookies, no logs, no outside addresses.
"""
