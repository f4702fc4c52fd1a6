"""Published files, fetched from mirrors or copied from a folder, checked, and kept in a cache.

remote_files.py     a published file: name, size and SHA-256; checking, decompressing and storing a copy of it
transfer.py         one HTTP transfer with limits on time and size
transfer_errors.py  why a transfer failed, in words for the user
cache.py            the files of a dataset in the cache: fetched from mirrors or copied from a folder

In: `RemoteFile`s, and the URLs of mirrors or a folder. Out: files that are right to the last bit.
"""
