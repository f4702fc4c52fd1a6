"""`hwr read-many`: millions of pictures are read by the workers of a Dask cluster, into a folder of Parquet files.

    SOURCE  ->  pictures and archives  ->  a list of shards  ->  tasks  ->  rows of readings  ->  a file for each shard

command.py    the command: its options
view.py       what the user sees: progress, and what has become of the pictures
run.py        a run from request to results, as events

sources.py    SOURCE: the pictures and archives that it names
archives.py   tar and zip files: ranges of pictures, and the pictures of a range
tar_files.py  the index of a tar file
zip_files.py  the list in a zip file
members.py    the pictures in archives, and what can be wrong with them
files.py      picture files, on this machine or fetched
unread.py     a picture before it is read
shards.py     the list of shards

cluster.py    the cluster: of processes on this machine, or another
tasks.py      which shards are being read, and what happens if workers die
reading.py    what a worker does with a shard
attempts.py   notes of who has died with which picture

rows.py       the columns of the results
results.py    the files in the folder of the results
store.py      that folder, local or in an object store
places.py     paths and URLs
"""
