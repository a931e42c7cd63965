"""Bulk jobs: started in the database, done by DBOS durable workflows in this process or in any number of workers.

What is to be done is written in our own tables, in the transaction that decides it (a batch that is ``running``, a letter
that is ``waiting``). A process that works looks for it every moment and enqueues a workflow under a name that is the same
each time, so nothing is forgotten, and nothing done twice, wherever a process is killed.

With SQLite one process works: the one that holds the lock of the data folder. With PostgreSQL any number do; each shows
that it is alive, and what a dead one left is taken over by the others.
"""
