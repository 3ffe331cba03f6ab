-- Run while users still work: the shutdown's own checkpoint has less to write then.
CHECKPOINT;
